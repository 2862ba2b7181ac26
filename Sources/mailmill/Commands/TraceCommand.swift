import ArgumentParser
import PostgresServer
import Store

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "What became of a message: who sent it, its size, and every attempt to deliver it.",
        discussion: """
            Finds messages by a whole address, by the id that the server gave them, or by a piece of a reply, newest first. All \
            criteria must hold. Times are RFC 3339 (2026-03-05T04:00:00Z), a date alone is its midnight UTC. Without \
            --from and --to: the last day. Events are kept for the raw horizon (14 days). A piece of a reply alone reads all \
            events of the period: keep it short.

            With --format csv there is one row an event. With `collector.addresses: hash` give the whole address as ever; with \
            `domain` nobody can be found by address.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    @Option(help: "A recipient's whole address.")
    var recipient: String?
    @Option(help: "A sender's whole address.")
    var sender: String?
    @Option(
        name: [.customLong("message"), .customLong("queue-id")],
        help: "The server's own id of the message: queue id, spool id, envelope id."
    )
    var message: String?
    @Option(help: "A piece of a reply.")
    var reply: String?
    @Option(help: "Only this node.")
    var node: String?
    @OptionGroup var time: PeriodOptions
    @Option(help: "Messages a page, 1 to 200.")
    var limit = 20
    @Option(help: "The next page: what the page before named.")
    var after: String?

    func validate() throws {
        guard [recipient, sender, message, reply].contains(where: { $0?.isEmpty == false }) else {
            throw ValidationError("say what to look for: --recipient, --sender, --message, --queue-id or --reply")
        }
        guard (1...200).contains(limit) else {
            throw ValidationError("--limit: expected a number from 1 to 200, found '\(limit)'")
        }
        if let after, TraceCursor(after) == nil {
            throw ValidationError("--after: expected what the page before named, found '\(after)'")
        }
    }

    func run() async throws {
        let settings = try global.settings()
        var query = TraceQuery(
            period: try time.period(orElse: "1d"),
            pageSize: limit
        )
        query.recipient = recipient
        query.sender = sender
        query.message = message
        query.reply = reply
        query.node = node
        query.after = after.flatMap { TraceCursor($0) }
        let asked = query
        let page = try await DatabaseAccess(settings).withPool(.report) { try await Reports($0).trace(asked) }
        let view = TraceView(page: page, period: asked.period)
        switch output.format {
        case .table: Terminal.print(view.text())
        case .json: Terminal.print(view.json().text())
        case .csv: Terminal.print(view.rows().csv())
        }
    }
}
