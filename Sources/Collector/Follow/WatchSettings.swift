/// How a log file is watched.
package struct WatchSettings: Sendable, Equatable {
    /// The shortest time between two looks, while lines come.
    package var shortestPause: Duration = .milliseconds(25)
    /// The longest time between two looks, while none come.
    package var longestPause: Duration = .milliseconds(100)
    /// How long a log must have been quiet after it was renamed away or deleted to be taken as finished: its writer
    /// keeps it open until it is told.
    package var grace: Duration = .seconds(5)
    /// How long a finished log is still looked at, and kept open.
    package var watchFinished: Duration = .seconds(3600)
    /// The same for one that is deleted: while it is open its disk space is not free.
    package var watchDeleted: Duration = .seconds(600)
    /// How many finished logs are kept open at most.
    package var keptFinished = 32
    /// How long a path may be without a file before that is said: right after a rotation it is normal.
    package var missingGrace: Duration = .seconds(2)
    /// How often the folder is looked through for rotated copies when nothing calls for it.
    package var surveyInterval: Duration = .seconds(30)
    /// How long to wait for bytes that neither the log, nor its copies, nor the spool hold, before reading goes on
    /// behind them: a file system may not be mounted yet.
    package var patience: Duration = .seconds(60)

    package init() {}
}
