/// Which program wrote a line: `syslog_name/daemon` of Postfix.
struct PostfixProgram {
    /// What a daemon's lines can tell.
    enum Role: UInt8 {
        /// Takes messages or refuses them: smtpd, postscreen, qmqpd.
        case receiver
        /// Takes messages from the local queue: pickup.
        case pickup
        /// Looks into messages: cleanup.
        case cleanup
        /// qmgr.
        case queueManager
        /// Throws messages away: discard.
        case discard
        /// Delivers: smtp, lmtp, local, virtual, pipe, error, retry.
        case deliveryAgent
        /// Any other, Postfix's or not.
        case other
    }

    /// The name up to the first slash: the instance's `syslog_name`.
    var group: Field
    /// All after the first slash: `smtp`, or `relay/smtp` where master.cf names the service.
    var agent: Field
    var role: Role

    /// The program of the tag in `start..<limit`; nil if the tag has no slash, so that it is not Postfix's.
    @inline(__always)
    init?(_ line: LineBytes, _ start: Int, _ limit: Int) {
        guard let slash = line.first(UInt8(ascii: "/"), from: start, to: limit), slash > start else { return nil }
        self.group = line.field(start, slash)
        self.agent = line.field(slash + 1, limit)
        let name = (line.last(UInt8(ascii: "/"), from: slash, to: limit) ?? slash) + 1
        self.role = Self.role(line, name, limit)
    }

    /// Whether a line tells an event and has lost its daemon: rsyslog's templates of RFC 5424 write a program's name up to
    /// its first slash (`parser.permitSlashInProgramName`, off unless it is set), and who reads it would count nothing.
    static func isCutOff(_ line: LineBytes, _ envelope: SyslogEnvelope) -> Bool {
        guard envelope.program.end - envelope.program.start == 7, line.has("postfix", at: envelope.program.start) else {
            return false
        }
        var id = envelope.message
        while line[id].isLetterOrDigit { id += 1 }
        guard id > envelope.message, line[id] == UInt8(ascii: ":"), line[id + 1] == UInt8(ascii: " ") else {
            return false
        }
        return line.has("to=<", at: id + 2) || line.has("client=", at: id + 2) || line.has("from=<", at: id + 2)
            || line.has("reject: ", at: id + 2) || line.has("milter-reject: ", at: id + 2)
    }

    @inline(__always)
    private static func role(_ line: LineBytes, _ start: Int, _ limit: Int) -> Role {
        let line = line.upTo(limit)
        func named(_ name: StaticString, _ role: Role) -> Role? { line.has(name, at: start) ? role : nil }
        let role: Role? =
            switch limit - start {
            case 4:
                named("smtp", .deliveryAgent) ?? named("qmgr", .queueManager) ?? named("lmtp", .deliveryAgent)
                    ?? named("pipe", .deliveryAgent)
            case 5:
                named("smtpd", .receiver) ?? named("local", .deliveryAgent) ?? named("error", .deliveryAgent)
                    ?? named("retry", .deliveryAgent) ?? named("qmqpd", .receiver) ?? named("oqmgr", .queueManager)
            case 6: named("pickup", .pickup)
            case 7:
                named("cleanup", .cleanup) ?? named("virtual", .deliveryAgent) ?? named("discard", .discard)
            case 10: named("postscreen", .receiver)
            default: nil
            }
        return role ?? .other
    }
}
