package import SystemPackage

/// A file that is open for reading, closed when the last who holds it lets go. Only positioned reads, so that several
/// threads can share it.
package final class OpenFile: Sendable {
    /// The path it was opened at; it may have been renamed since.
    package let path: FilePath
    private let descriptor: FileDescriptor

    package init(_ path: FilePath) throws {
        do {
            // Non-blocking: were it a named pipe, the opening would wait for a writer.
            self.descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch let code as Errno {
            throw CollectorError.file(path: path.string, operation: "open", code: code)
        }
        self.path = path
    }

    deinit {
        // Nothing was written: there is nothing that a failing close could lose.
        try? descriptor.close()
    }

    package func facts() throws -> FileFacts {
        do {
            let facts = PathFacts(try descriptor.stat())
            guard case .file(let file) = facts else {
                throw CollectorError.notRegularFile(path: path.string, kind: "special file")
            }
            return file
        } catch let code as Errno {
            throw CollectorError.file(path: path.string, operation: "look at", code: code)
        }
    }

    /// Reads up to the buffer's size; 0 at the end of the file.
    package func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        do {
            return try descriptor.read(fromAbsoluteOffset: position, into: buffer)
        } catch let code as Errno {
            throw CollectorError.file(path: path.string, operation: "read", code: code)
        }
    }

    /// Reads until the buffer is full or the file ends.
    package func readFully(at position: Int64, count: Int) throws -> [UInt8] {
        try PositionedBytes.read(count, at: position, by: read)
    }
}
