internal import SystemPackage

/// What backups keep on the database's host.
///
///     <root>/backup                  0700, the account's
///     ├── archive-by-pgbackrest      what PostgreSQL calls with each full WAL segment
///     ├── archiving                  there once backups are set up: from then on WAL is archived
///     ├── archive-error              why the last segment could not be archived; gone once one was
///     ├── dropped-wal                segments that were given up, and why
///     ├── engine.conf                pgBackRest's configuration, 0600: may hold secrets
///     ├── record.json                what happened last, for `database status`
///     ├── repository                 the backups themselves, unless they go elsewhere
///     ├── drill                      where `backup prove` restores to
///     └── lock, spool, log           pgBackRest's own
///     <root>/restoring               where a restore in place is made before it takes the cluster's place
struct BackupLayout: Sendable, Equatable {
    let root: FilePath

    init(_ layout: ClusterLayout) { root = layout.root }

    var folder: FilePath { root.appending("backup") }
    /// pgBackRest wants its name in `archive_command`.
    var archiveScript: FilePath { folder.appending("archive-by-pgbackrest") }
    var archivingMark: FilePath { folder.appending("archiving") }
    var archiveError: FilePath { folder.appending("archive-error") }
    var droppedSegments: FilePath { folder.appending("dropped-wal") }
    var engineConfiguration: FilePath { folder.appending("engine.conf") }
    var record: FilePath { folder.appending("record.json") }
    var drill: FilePath { folder.appending("drill") }
    var restoring: FilePath { root.appending("restoring") }

    /// Folders that pgBackRest wants.
    var engineFolders: [FilePath] { ["lock", "spool", "log"].map { folder.appending($0) } }

    static func standardRepository(below root: FilePath) -> FilePath {
        root.appending("backup").appending("repository")
    }
}
