import ArgumentParser
import Foundation
import PostgresServer

/// As which role a PostgreSQL program connects.
struct RoleOption: ParsableArguments {
    @Option(help: "Role: superuser, owner, collector, console, report, backup or monitor.")
    var role: RoleArgument?
}

/// `--role`.
struct RoleArgument: ExpressibleByArgument {
    var role: DatabaseRole

    init?(argument: String) {
        guard let role = DatabaseRole(rawValue: "mailmill_" + argument) ?? DatabaseRole(rawValue: argument) else {
            return nil
        }
        self.role = role
    }

    static var allValueStrings: [String] {
        DatabaseRole.allCases.map { String($0.rawValue.dropFirst("mailmill_".count)) }
    }
}

struct DatabasePsqlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "psql",
        abstract: "Opens psql on the database, as the role that reads reports unless told otherwise.",
        discussion: "Arguments after -- go to psql: mailmill database psql -- -c 'TABLE report_v1.source'"
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var asRole: RoleOption
    @Argument(help: "Arguments for psql.")
    var arguments: [String] = []

    func run() async throws {
        try global.settings().server.psql(
            arguments: arguments,
            as: asRole.role?.role ?? .report,
            environment: ProcessInfo.processInfo.environment
        ).replaceProcess()
    }
}

struct DatabaseExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Runs a PostgreSQL program of the cluster's major with the connection set.",
        discussion: "For example: mailmill database exec --role backup pg_dump -- --format=custom --file=mailmill.dump"
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var asRole: RoleOption
    @Argument(help: "The program: pg_dump, pg_dumpall, pg_isready, vacuumdb, …")
    var tool: String
    @Argument(parsing: .allUnrecognized, help: "Its arguments.")
    var arguments: [String] = []

    func run() async throws {
        try global.settings().server.command(
            tool: tool,
            arguments: arguments.first == "--" ? Array(arguments.dropFirst()) : arguments,
            as: asRole.role?.role ?? .backup,
            environment: ProcessInfo.processInfo.environment
        ).replaceProcess()
    }
}
