import Glibc
package import SystemPackage

/// Keeps a second import of the same host out, for as long as this value lives: they would take turns at each batch.
package final class ImportLock: Sendable {
    private let lock: FolderLock

    /// - Parameter folder: made if it is not there.
    /// - Throws: `CollectorError.importInUse`, or that of a file operation.
    package init(_ folder: FilePath) throws {
        try SpoolFile.makeFolder(folder)
        lock = try ImportLock.taking(folder, attempts: 5)
    }

    /// Whether an import runs.
    static func isHeld(_ folder: FilePath) throws -> Bool {
        do {
            _ = try FolderLock(folder)
            return false
        } catch CollectorError.spoolInUse {
            return true
        }
    }

    /// Who only asks holds it for an instant too: more than one attempt.
    private static func taking(_ folder: FilePath, attempts: Int) throws -> FolderLock {
        do {
            return try FolderLock(folder)
        } catch CollectorError.spoolInUse {
            guard attempts > 1 else { throw CollectorError.importInUse(path: folder.string) }
            usleep(20_000)
            return try taking(folder, attempts: attempts - 1)
        }
    }
}
