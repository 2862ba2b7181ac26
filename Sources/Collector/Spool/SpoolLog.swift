import CZstd
import SystemPackage

/// The spool of one log while it is written: frames go to the newest segment, in the order of the log.
final class SpoolLog {
    let key: FileKey
    private let folder: SpoolFolder
    private let compressor: FrameCompressor
    private var head: SpoolSegmentHead
    private var file: SpoolFile?
    private var number: Int

    /// The position behind the last frame.
    private(set) var end: Int64
    /// The position up to which the frames are on the disk for sure.
    private(set) var syncedEnd: Int64
    /// What the newest segment's file had when that was so.
    private var syncedLength: Int64 = 0
    /// Bytes in the file system since it was opened.
    private(set) var written: Int64 = 0
    /// New names that the folders above have not made last yet.
    private var unsyncedFolders: [FilePath] = []

    /// Begins the spool of a log at a position.
    init(folder: SpoolFolder, compressor: FrameCompressor, head: SpoolSegmentHead) {
        self.folder = folder
        self.compressor = compressor
        self.key = head.key
        self.head = head
        self.end = head.first
        self.syncedEnd = head.first
        self.number = 0
    }

    /// Goes on with a spool. A torn end of its newest segment is cut off.
    init?(continuing key: FileKey, folder: SpoolFolder, compressor: FrameCompressor) throws {
        guard let newest = try folder.segments(of: key).last, let segment = try folder.read(newest, of: key) else {
            return nil
        }
        self.folder = folder
        self.compressor = compressor
        self.key = key
        self.head = segment.head
        self.end = segment.end
        self.syncedEnd = segment.end
        self.number = newest.number + 1
        if segment.wholeLength > 0, !segment.head.logHead.isEmpty {
            self.file = try SpoolFile(continuing: newest.path, length: Int64(segment.wholeLength))
            self.syncedLength = Int64(segment.wholeLength)
        }
    }

    /// Appends what stands at `end` in the log.
    func append(_ bytes: UnsafeRawBufferPointer, modifiedAt: Int64, logHead: [UInt8]) throws {
        if let file, file.length >= SpoolFolder.segmentSize {
            try seal()
        }
        let file = try file ?? begin(modifiedAt: modifiedAt, logHead: logHead)
        let before = file.length
        try file.append(try compressor.frame(key: key, position: end, bytes))
        written += file.length - before
        end += Int64(bytes.count)
    }

    /// Whether frames are still appended to its newest segment.
    var isWriting: Bool { file != nil }

    /// Whether its newest segment was deleted under our hands.
    var isGone: Bool { file?.isGone ?? false }

    /// Ends its newest segment; the next frame begins another.
    func seal() throws {
        try sync()
        file = nil
    }

    /// Makes everything up to `end` safe. After a failure the frames since the last success count as not written: the
    /// kernel may have dropped them, and a second sync would not tell (the log still holds them).
    func sync() throws {
        guard syncedEnd < end || !unsyncedFolders.isEmpty else { return }
        do {
            try file?.sync()
            for path in unsyncedFolders { try SpoolFile.syncFolder(path) }
        } catch {
            file = nil
            end = syncedEnd
            throw error
        }
        unsyncedFolders = []
        syncedEnd = end
        syncedLength = file?.length ?? 0
    }

    /// Takes back the frames since the last success of `sync`, for what is not received unless it is safe.
    func takeBack() {
        guard end > syncedEnd else { return }
        end = syncedEnd
        guard let file else { return }
        do {
            try file.cut(to: syncedLength)
            if syncedLength == 0 { try SpoolFolder.remove(file.path) }
        } catch {
            // The frames stay behind: those of the next segment, which begins where they do, are right.
            self.file = nil
            return
        }
        if syncedLength == 0 { self.file = nil }
    }

    private func begin(modifiedAt: Int64, logHead: [UInt8]) throws -> SpoolFile {
        try SpoolFile.makeFolder(folder.folder(of: key))
        head.first = end
        head.modifiedAt = modifiedAt
        head.logHead = logHead
        number += 1
        let file = try SpoolFile(creating: folder.path(of: key, first: end, number: number))
        unsyncedFolders = [folder.folder(of: key), folder.path]
        let bytes = head.encoded
        do {
            try file.append(bytes)
        } catch {
            // An empty segment is as good as none; the first error is the one to tell.
            try? SpoolFolder.remove(file.path)
            throw error
        }
        written += Int64(bytes.count)
        syncedLength = 0
        self.file = file
        return file
    }
}

/// Makes frames; keeps its memory from one to the next.
final class FrameCompressor {
    private let context: OpaquePointer?
    private var buffer: [UInt8] = []

    init() {
        context = ZSTD_createCCtx()
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// A frame's head and stored bytes. Level 1: text of logs shrinks to about an eighth, at hundreds of MB/s.
    func frame(key: FileKey, position: Int64, _ bytes: UnsafeRawBufferPointer) throws -> [UInt8] {
        buffer.removeAll(keepingCapacity: true)
        var failure: String?
        buffer.append(addingCapacity: ZSTD_compressBound(bytes.count)) { output in
            output.withUnsafeMutableBufferPointer { target, count in
                let size = ZSTD_compressCCtx(
                    context,
                    target.baseAddress,
                    target.count,
                    bytes.baseAddress,
                    bytes.count,
                    1
                )
                guard ZSTD_isError(size) == 0 else {
                    failure = String(cString: ZSTD_getErrorName(size))
                    return
                }
                count = size
            }
        }
        if let failure { throw CollectorError.command(name: "zstd", reason: failure) }
        let head = SpoolFrameHead(
            key: key,
            position: position,
            length: bytes.count,
            storedLength: buffer.count,
            storedChecksum: Checksum.of(buffer)
        )
        return head.encoded + buffer
    }
}
