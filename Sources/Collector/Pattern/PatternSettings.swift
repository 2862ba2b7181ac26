package import MailEvents

/// Files that are each written once, from beginning to end: KumoMTA's segments, PowerMTA's accounting files.
package struct PatternSettings: Sendable, Equatable {
    package var pattern: FilePattern
    package var format: LogFormat
    /// The zone of stamps that carry none.
    package var zone: LocalZone = .utc
    package var limits = BatchLimits()
    package var spool: SpoolSettings
    /// Times between two looks, as for a log that is followed.
    package var watch = WatchSettings()
    /// How often all files are looked at, where no new name calls for it.
    package var scanInterval: Duration = .seconds(5)
    /// How long a file that is read through has been quiet when it is let go of. Should it grow again, it is taken up
    /// again.
    package var quiet: Duration = .seconds(60)
    /// Files that are open at most; more wait, the oldest first.
    package var openFiles = 64
    /// Known files that an opening tells, the newest. The database is asked for others one by one.
    package var filesTold = 200
    /// Known files that are remembered at most.
    package var filesRemembered = 4096

    package init(_ pattern: FilePattern, format: LogFormat, spool: SpoolSettings) {
        self.pattern = pattern
        self.format = format
        self.spool = spool
    }
}
