package import MailEvents
package import SystemPackage

/// Sample lines that are replayed as if a mail server wrote them now.
package struct SampleSettings: Sendable, Equatable {
    /// Files of sample lines, in their order; all stamps from first to last ascending.
    package var lines: [FilePath]
    package var format: LogFormat
    /// The log that is written, and followed like any other.
    package var log: FilePath
    /// The same seed and the same clock give the same log.
    package var seed: UInt64 = 1
    /// How many times as fast as the samples' own stamps, in the mean.
    package var speed = 1.0
    /// A new log begins with so much of the past, so that there is something to look at.
    package var history: Duration = .zero
    /// Bytes at which the log is rotated.
    package var size: Int64 = 16 << 20
    /// Rotated logs that are kept.
    package var kept = 2

    package init(lines: [FilePath], format: LogFormat, log: FilePath) {
        self.lines = lines
        self.format = format
        self.log = log
    }
}
