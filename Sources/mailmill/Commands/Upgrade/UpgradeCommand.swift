import ArgumentParser
import PostgresServer

struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Brings the database to another major version of PostgreSQL, and back.",
        discussion: """
            The old cluster is kept until `upgrade finish`, and `upgrade rollback` brings it back. Collectors wait \
            meanwhile and lose nothing; what they reported after the upgrade is read again from the logs after a rollback.
            """,
        subcommands: [
            UpgradeCheckCommand.self, UpgradeRunCommand.self, UpgradeStatusCommand.self, UpgradeRollbackCommand.self,
            UpgradeFinishCommand.self,
        ],
        defaultSubcommand: UpgradeStatusCommand.self
    )
}

/// `--to`.
struct UpgradeTarget: ParsableArguments {
    @Option(help: "The major version to come to. Default: the newest that is installed.")
    var to: Int?
}

struct UpgradeCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tells what an upgrade would find and need; changes nothing.",
        discussion: "Exit status 0 if an upgrade can begin, 1 if something stands in its way."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: UpgradeTarget
    @OptionGroup var output: FormatOption

    func run() async throws {
        let plan = try await global.settings().server.upgradePlan(to: target.to)
        Terminal.print(try FindingsView.text(plan.findings, output.format))
        if !plan.isPossible { throw ExitCode(1) }
    }
}

struct UpgradeRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Rehearses the upgrade on a copy without rows, then does it in the best way that passed.",
        discussion: """
            The work is done by a process of its own, which goes on when the terminal is closed; `upgrade status` tells \
            how far it is. If anything fails before the new server works, everything is as it was. Hard links \
            (pg_upgrade --link) are never used: they would leave no way back.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: UpgradeTarget
    @Option(help: "clone, copy (both by pg_upgrade) or dump. Default: the best that passes the rehearsal.")
    var method: UpgradeMethodArgument?
    @Flag(help: "Take no base backup of the new cluster, even if the installed pgBackRest could take none.")
    var withoutBackup = false

    func run() async throws {
        let settings = try global.settings()
        let status = try await settings.server.upgrade(
            to: target.to,
            method: method?.method,
            backupsMayEnd: withoutBackup,
            progress: DatabaseCommand.progress
        )
        guard let journal = status.journal else { return }
        let waited = ((journal.waitedSeconds ?? 0) * 10).rounded() / 10
        Terminal.print(
            "upgraded from PostgreSQL \(journal.from) to \(journal.to) (\(journal.method?.rawValue ?? "?")); "
                + "events waited \(waited) s"
        )
        Terminal.print(
            "the old cluster is kept (\(status.kept)): `mailmill upgrade rollback`, or `mailmill upgrade finish`"
        )
        if !withoutBackup { await BaseBackup(settings: settings).take() }
    }
}

/// `--method`.
struct UpgradeMethodArgument: ExpressibleByArgument {
    var method: UpgradeMethod

    init?(argument: String) {
        guard let method = UpgradeMethod(rawValue: argument) else { return nil }
        self.method = method
    }

    static var allValueStrings: [String] { UpgradeMethod.allCases.map(\.rawValue) }
}

struct UpgradeStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Where an upgrade stands, how long it will take, and what is kept."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let status = try await global.settings().server.upgradeStatus()
        switch output.format {
        case .table: Terminal.print(UpgradeView.text(status))
        case .csv: Terminal.print(UpgradeView.table(status).csv())
        case .json: Terminal.print(UpgradeView.json(status).text())
        }
    }
}

struct UpgradeRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Lets the old cluster work again, as it stood at the upgrade.",
        discussion: """
            Events reported since are read again from the logs, as far as those reach back: logs themselves, and for \
            collector.spool_keep what the collectors put aside. Accounts and other changes of settings made since are \
            not in the old cluster.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Go back although logs of the time since the upgrade may be gone.")
    var acceptLoss = false
    @Flag(help: "Take no base backup of the old cluster when it works again.")
    var withoutBackup = false

    func run() async throws {
        let settings = try global.settings()
        let before = try await settings.server.upgradeStatus()
        if let switched = before.journal?.switchedAt, before.journal?.step == .switched, !acceptLoss {
            try RollbackWindow(keep: settings.collector.spoolKeep).check(switched)
        }
        let status = try await settings.server.rollBackUpgrade(progress: DatabaseCommand.progress)
        guard let journal = status.journal else { return }
        Terminal.print("back to PostgreSQL \(journal.from); the newer cluster is kept until `mailmill upgrade finish`")
        // One of the newer cluster turned the repository over to it; without one, the older backups go on.
        let last = settings.server.backupStatus()?.record.lastBackup?.at
        if let switched = before.journal?.switchedAt, let last, last > switched, !withoutBackup {
            await BaseBackup(settings: settings).take()
        }
    }
}

struct UpgradeFinishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finish",
        abstract: "Removes the cluster that an upgrade or a rollback kept. There is no way back afterwards."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let server = try global.settings().server
        let before = try await server.upgradeStatus()
        _ = try await server.finishUpgrade(progress: DatabaseCommand.progress)
        Terminal.print("removed, \(before.kept) given back")
    }
}
