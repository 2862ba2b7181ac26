package import MailEvents

/// A source that things are sent to and that cannot be read twice: syslog, a log hook, standard input.
package struct ReceptionSettings: Sendable, Equatable {
    package var format: LogFormat
    /// The zone of stamps that carry none.
    package var zone: LocalZone = .utc
    package var limits = BatchLimits()
    package var spool: SpoolSettings
    /// Bytes that wait to be made safe at most; what comes beyond them is refused.
    package var waiting = 32 << 20
    /// How long a request is known, so that it counts once however often it is sent: longer than any server tries
    /// (SparkPost 8 h, Momentum 4 h).
    package var memory: Duration = .seconds(24 * 3600)
    /// Requests that are remembered at least, if so many came; the same number again may be.
    package var rememberedRequests = 131_072

    package init(format: LogFormat, spool: SpoolSettings) {
        self.format = format
        self.spool = spool
    }
}
