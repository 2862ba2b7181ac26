/// A log format by its name in settings and on the command line.
package enum LogFormat: String, Sendable, CaseIterable {
    /// Postfix: traditional, ISO 8601, RFC 5424 and journald JSON envelopes.
    case postfix
    /// Momentum `mainlog.ec`.
    case momentumMainlog = "momentum-mainlog"
    /// Momentum `bouncelog.ec`.
    case momentumBouncelog = "momentum-bouncelog"
    /// Momentum `rejectlog.ec`.
    case momentumRejectlog = "momentum-rejectlog"
    /// Momentum `fbllog.ec`.
    case momentumFbllog = "momentum-fbllog"
    /// Momentum's events as JSON, of `event_hydrant` and webhooks, and SparkPost's.
    case momentumJSON = "momentum-json"
    /// Exim's main log and reject log, as files or through syslog.
    case exim
    /// KumoMTA's log records, JSON.
    case kumomta
    /// PowerMTA's accounting files, CSV.
    case powermta

    /// What a parser needs to know of the file that it starts to read.
    package struct Context: Sendable {
        /// Where the file's time without a year begins: its modification time when it was first opened, in
        /// microseconds since 1970 UTC.
        package var fileModifiedAt: Int64
        /// Seconds east of UTC at a local time, for stamps without a zone.
        package var zone: LocalZone

        package init(fileModifiedAt: Int64, zone: LocalZone) {
            self.fileModifiedAt = fileModifiedAt
            self.zone = zone
        }
    }
}
