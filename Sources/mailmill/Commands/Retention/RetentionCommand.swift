import ArgumentParser
import Logging
import PostgresServer
import Store

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "How long things are kept, and what goes next.",
        subcommands: [RetentionPlanCommand.self, RetentionRunCommand.self],
        defaultSubcommand: RetentionPlanCommand.self
    )
}

struct RetentionPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "What each table holds, how long it is kept, when its oldest part goes; the last run and the next."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let (storage, runs) = try await DatabaseAccess(global.settings()).withPool(.report) { pool in
            let retention = Retention(pool)
            return (try await retention.storage(), try await retention.lastRuns())
        }
        Terminal.print(RetentionView(storage, runs: runs).text(output.format))
    }
}

struct RetentionRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Drop now what is past, as the manager does each hour."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let settings = try global.settings()
        let (dropped, runs) = try await DatabaseAccess(settings).withPool(.owner) { pool in
            let upkeep = Upkeep(pool, keeping: settings.retention, logger: Logger(label: "retention"))
            return (try await upkeep.run(.retention), try await Retention(pool).lastRuns())
        }
        let freed = ByteCount(runs.first?.freedBytes ?? 0)
        Terminal.print(dropped == 0 ? "nothing is past" : "\(dropped) partitions dropped, \(freed) freed")
    }
}
