import ArgumentParser
import PostgresServer
import Store
import SystemPackage

struct StandbyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "standby",
        abstract: "A second server that follows the first, and takes its place when a person says so.",
        discussion: """
            Events that the standby had not received when it was promoted are read again from the logs. Automatic \
            failover is left to Patroni or pg_auto_failover.
            """,
        subcommands: [StandbyCreateCommand.self, StandbyStatusCommand.self, StandbyPromoteCommand.self],
        defaultSubcommand: StandbyStatusCommand.self
    )
}

struct StandbyCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Copies a running server to this host, as its standby. There must be no cluster here yet.",
        discussion: """
            The primary keeps a slot for it, bounded by database.max_wal_size: a standby that is away for too long is made \
            anew, and never fills the primary's disk. By TCP it needs the primary's credentials: the file of `mailmill \
            database credential rotate --role backup`, and its authority's certificate.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "The primary: a host name, an address, or the folder of its socket.")
    var from: String
    @Option(help: "Its port.")
    var port = 5432
    @Option(help: "File with the login that may replicate (mode 0600, readable by the database's account).")
    var passwordFile: String?
    @Option(help: "Certificate that the primary's is checked against.")
    var rootCertificate: String?
    @Option(help: "Name of the slot on the primary.")
    var slot = "standby_1"

    func run() async throws {
        let settings = try global.settings()
        try ServiceAccounts.ensure(settings)
        let login = try passwordFile.map { try SecretFile($0).credential(for: .backup).user }
        let source = StandbySource(
            host: from,
            port: port,
            login: login ?? DatabaseRole.backup.name,
            passwordFile: passwordFile.map { FilePath($0) },
            rootCertificate: rootCertificate.map { FilePath($0) },
            slot: slot
        )
        try await settings.server.createStandby(of: source, progress: DatabaseCommand.progress)
        let outcome = try await settings.server.start(progress: DatabaseCommand.progress)
        DatabaseStartCommand.tell(outcome)
        Terminal.print("it follows \(from); `mailmill standby status` tells how far")
    }
}

struct StandbyStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Who follows this server, or whom it follows, and how far behind."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let status = try await global.settings().server.standbyStatus()
        if output.format == .json { return Terminal.print(try EncodedJSON.text(status)) }
        var table = TextTable(columns: [.text("what"), .text("value")])
        table.rows.append(["role", status.isStandby ? "standby" : "primary"])
        table.rows.append(["system identifier", status.systemIdentifier])
        table.rows.append(["timeline", "\(status.timeline)"])
        if status.isStandby {
            table.rows.append(["receiving", status.isReceiving ? "from \(status.primary)" : "no: its primary is away"])
            table.rows.append(["last transaction", status.lagSeconds.map { "\(Int($0)) s ago" } ?? "unknown"])
        }
        for follower in status.followers {
            table.rows.append(["standby \(follower.name)", "\(follower.state), \(follower.behind) behind"])
        }
        Terminal.print(output.format == .csv ? table.csv() : table.aligned())
    }
}

struct StandbyPromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Makes this host's standby the server that takes events, with a new epoch.",
        discussion: """
            Without --yes it tells what it would do. Refused while the primary still sends: two servers would take events. \
            Collectors that have reported to the new epoch report to no older server, so that the old one may come back \
            without harm.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Although the primary still sends.")
    var force = false
    @Flag(help: "Do it.")
    var yes = false

    func run() async throws {
        let settings = try global.settings()
        let access = DatabaseAccess(settings)
        let now = try await access.withPool(.owner) { try await Designation($0).state() }
        let status = try await settings.server.standbyStatus()
        if !status.isStandby, status.timeline > 1, now.host == settings.clusterHost, now.refusal.isEmpty {
            return Terminal.print("it was promoted before: \(now.host) is designated, epoch \(now.epoch)")
        }
        let plan = DesignationPlan(now: now, target: settings.clusterHost, here: settings.clusterHost)
        Terminal.print(plan.text)
        guard yes else { return Terminal.print("nothing was done; --yes does it") }
        try await settings.server.promoteStandby(force: force)
        try await access.withPool(.owner) { pool in
            guard let epoch = try await Designation(pool).designate(settings.clusterHost, following: now.epoch) else {
                throw DesignationMoved(host: settings.clusterHost)
            }
            Terminal.print("promoted; \(settings.clusterHost) is designated, epoch \(epoch)")
        }
    }
}
