package import MailEvents
package import SystemPackage

/// A log file that is followed.
package struct FollowSettings: Sendable, Equatable {
    package var path: FilePath
    /// Folders beside the log's own into which it is rotated (logrotate's `olddir`).
    package var rotatedTo: [FilePath] = []
    package var format: LogFormat
    /// The zone of stamps that carry none.
    package var zone: LocalZone = .utc
    package var watch = WatchSettings()
    package var limits = BatchLimits()
    package var spool: SpoolSettings

    package init(path: FilePath, format: LogFormat, spool: SpoolSettings) {
        self.path = path
        self.format = format
        self.spool = spool
    }
}
