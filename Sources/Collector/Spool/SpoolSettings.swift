package import SystemPackage

/// What a source's spool may take, and how long it is kept.
package struct SpoolSettings: Sendable, Equatable {
    /// The source's own folder.
    package var folder: SpoolFolder
    /// How long what is committed is kept, for a database that is restored to an earlier time.
    package var keep: Duration = .seconds(72 * 3600)
    /// Bytes on the disk that the source's spool takes at most. What is committed makes room first, however young;
    /// what is not committed is never removed.
    package var limit: Int64 = 2 << 30
    /// While all is well the spool may lag behind: by this many bytes …
    package var lag: Int64 = 256 << 10
    /// … or by this long.
    package var lagTime: Duration = .seconds(5)

    /// How often it is looked for what may go.
    package var retention: Duration = .seconds(60)

    package init(folder: FilePath) {
        self.folder = SpoolFolder(folder)
    }
}
