import Glibc
import SystemPackage

/// Keeps a second collector out of a folder: a lock on the folder itself, for as long as this value lives.
final class FolderLock: Sendable {
    private let descriptor: FileDescriptor

    init(_ path: FilePath) throws {
        let descriptor = try SpoolFile.perform("open", path) {
            try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let code = Errno(rawValue: errno)
            // The lock's failure is the one to tell.
            try? descriptor.close()
            throw code == .wouldBlock
                ? CollectorError.spoolInUse(path: path.string)
                : CollectorError.file(path: path.string, operation: "lock", code: code)
        }
        self.descriptor = descriptor
    }

    deinit {
        // Closing lets go of the lock; there is nothing else to lose.
        try? descriptor.close()
    }
}
