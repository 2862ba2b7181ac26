import ArgumentParser
import PostgresServer

struct DatabaseInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes the cluster, its roles and the database, all or nothing.",
        discussion: """
            A cluster that is there already is left as it is. As root, the account of the setting database.account is \
            made if it is missing.
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let settings = try global.settings()
        try ServiceAccounts.ensure(settings)
        let outcome = try await settings.server.initialise(progress: DatabaseCommand.progress)
        DatabaseCommand.warn(outcome.warnings)
        Terminal.print(
            outcome.created
                ? "made the cluster \(outcome.cluster) for PostgreSQL \(outcome.version), owned by \(outcome.account)"
                : "the cluster \(outcome.cluster) is there already (PostgreSQL \(outcome.version)); nothing was changed"
        )
    }
}
