internal import Glibc
internal import SystemPackage

/// Whole files of a few kilobytes: configuration, PID files, files of /proc.
enum SmallFile {
    /// Text of a file, nil when it does not exist. Invalid UTF-8 is repaired, what lies past `limit` is not read.
    /// Neither a FIFO nor a device can hang the reader.
    static func read(_ path: FilePath, limit: Int = 1 << 20) throws -> String? {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch Errno.notDirectory {
            return nil
        } catch let error as Errno {
            throw PostgresServerError.system(action: "read", path: path, error)
        }
        defer { descriptor.closeQuietly() }
        do {
            return String(decoding: try descriptor.readToEnd(limit: limit), as: UTF8.self)
        } catch let error as Errno {
            throw PostgresServerError.system(action: "read", path: path, error)
        }
    }

    /// Replaces a file in one step and makes it durable: temporary file, fsync, rename, fsync of the folder.
    static func replace(_ path: FilePath, with text: String, permissions: FilePermissions) throws {
        var temporary = path
        temporary.removeLastComponent()
        temporary.append(".\(path.lastComponent?.string ?? "file").\(getpid()).new")
        do {
            // A leftover of a killed process with our pid may exist; what counts is that the next step creates it.
            _ = try? FileTree.unlink(temporary)
            let descriptor = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
                permissions: permissions
            )
            defer { descriptor.closeQuietly() }
            try descriptor.writeAll(Array(text.utf8))
            guard fsync(descriptor.rawValue) == 0, rename(temporary.string, path.string) == 0 else {
                throw Errno(rawValue: errno)
            }
            try FileTree.synchronise(directory: path.removingLastComponent())
        } catch let error as Errno {
            throw PostgresServerError.system(action: "write", path: path, error)
        }
    }

    /// Writes a file only when its text differs. Returns whether it was written.
    @discardableResult
    static func update(_ path: FilePath, to text: String, permissions: FilePermissions) throws -> Bool {
        guard try read(path) != text else { return false }
        try replace(path, with: text, permissions: permissions)
        return true
    }
}

extension FileDescriptor {
    /// Closes; a failure to close a descriptor that was only read from, or already synced, changes nothing.
    func closeQuietly() {
        _ = try? close()
    }

    func readToEnd(limit: Int = .max) throws -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while content.count < limit {
            let wanted = min(chunk.count, limit - content.count)
            let count = try chunk.withUnsafeMutableBytes { buffer in
                try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            }
            guard count > 0 else { break }
            content.append(contentsOf: chunk[..<count])
        }
        return content
    }
}
