import SystemPackage

extension SpoolFolder {
    /// Cuts a log's spool off at a position at which a frame begins: what stands behind it was never received.
    func cut(_ key: FileKey, to position: Int64) throws {
        for segment in try segments(of: key).reversed() {
            if segment.first >= position, segment.first > 0 {
                try SpoolFolder.remove(segment.path)
                continue
            }
            guard let content = try read(segment, of: key),
                let frame = content.frames.first(where: { $0.head.position >= position })
            else { break }
            let length = Int64(frame.offset - SpoolFrameHead.size)
            let file = try SpoolFile(continuing: segment.path, length: length)
            try file.sync()
            break
        }
        try SpoolFile.syncFolder(folder(of: key))
    }
}
