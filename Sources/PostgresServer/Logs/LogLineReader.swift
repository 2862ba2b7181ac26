internal import SystemPackage

/// Reads whole lines of one growing file, where it stopped the last time. A line without its end waits for it.
struct LogLineReader {
    let path: FilePath
    private var offset: Int64
    private var pending: [UInt8] = []

    init(path: FilePath, from offset: Int64 = 0) {
        self.path = path
        self.offset = offset
    }

    /// Entries that have come since, up to `limit` bytes of them at a time; whether there may be more.
    mutating func next(limit: Int = 1 << 20) throws -> (entries: [LogEntry], more: Bool) {
        let content: [UInt8]
        do {
            let options: FileDescriptor.OpenOptions = [.closeOnExec, .noFollow, .nonBlocking]
            content = try FileDescriptor.open(path, .readOnly, options: options).closeAfter { file in
                try file.seek(offset: offset, from: .start)
                return try file.readToEnd(limit: limit)
            }
        } catch Errno.noSuchFileOrDirectory {
            return ([], false)
        } catch let error as Errno {
            throw PostgresServerError.system(action: "read", path: path, error)
        }
        offset += Int64(content.count)
        pending += content
        var entries: [LogEntry] = []
        var start = pending.startIndex
        while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let entry = LogEntry(json: pending[start..<end]) { entries.append(entry) }
            start = end + 1
        }
        pending.removeFirst(start)
        return (entries, content.count == limit)
    }
}
