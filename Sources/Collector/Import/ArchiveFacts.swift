package import SystemPackage

/// A file that is to be imported, while it is not open.
package struct ArchiveFacts: Sendable, Equatable {
    package let path: FilePath
    /// Bytes on the disk.
    package let size: Int64
    /// Microseconds since 1970 UTC.
    package let modifiedAt: Int64

    /// - Throws: `CollectorError` if the file cannot be opened.
    package init(_ path: FilePath) throws {
        let facts = try ContentSource.opening(path).facts
        self.path = path
        size = facts.size
        modifiedAt = facts.modifiedAt
    }
}
