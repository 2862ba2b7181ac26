import Foundation

/// A file to read from its beginning to its end, or standard input.
struct InputFile {
    private static let chunk = 1 << 20

    private let path: String
    private let handle: FileHandle
    /// Of standard input: now.
    let modifiedAt: Date

    /// - Parameter path: `-` is standard input.
    init(_ path: String) throws {
        self.path = path
        guard path != "-" else {
            handle = .standardInput
            modifiedAt = Date()
            return
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputError(path: path, problem: "there is no such file")
        }
        guard !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
            throw InputError(path: path, problem: isFolder.boolValue ? "it is a folder" : "permission denied")
        }
        self.handle = handle
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        modifiedAt = attributes[.modificationDate] as? Date ?? Date()
    }

    /// The first bytes, up to `count`; `readChunks` reads them again.
    func head(_ count: Int) throws -> [UInt8] {
        do {
            try handle.seek(toOffset: 0)
        } catch {
            throw InputError(path: path, problem: "it is a pipe, which cannot be read twice: name the format")
        }
        let head = try handle.read(upToCount: count) ?? Data()
        try handle.seek(toOffset: 0)
        return Array(head)
    }

    /// Hands over the file piece by piece.
    ///
    /// - Parameter body: gets bytes, where they begin in the file, and whether nothing follows. Returns how many it
    ///   took; the rest stands at the beginning of the next piece.
    func readChunks(_ body: (UnsafeRawBufferPointer, Int64, Bool) throws -> Int) throws {
        var pending = Data()
        var position: Int64 = 0
        var isLast = false
        while !isLast {
            let more = try handle.read(upToCount: Self.chunk) ?? Data()
            isLast = more.isEmpty
            pending.append(more)
            let taken = try pending.withUnsafeBytes { try body($0, position, isLast) }
            pending = Data(pending.dropFirst(taken))
            position += Int64(taken)
        }
    }
}

/// Why a file cannot be read.
struct InputError: Error, CustomStringConvertible {
    var path: String
    var problem: String

    var description: String { "\(path): cannot be read: \(problem)" }
}
