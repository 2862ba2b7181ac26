package import SystemPackage

/// Keeps a second import of the same host out, for as long as this value lives: they would take turns at each batch.
package final class ImportLock: Sendable {
    private let lock: FolderLock

    /// - Parameter folder: made if it is not there.
    /// - Throws: `CollectorError.importInUse`, or that of a file operation.
    package init(_ folder: FilePath) throws {
        try SpoolFile.makeFolder(folder)
        do {
            lock = try FolderLock(folder)
        } catch CollectorError.spoolInUse {
            throw CollectorError.importInUse(path: folder.string)
        }
    }
}
