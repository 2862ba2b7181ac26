import ArgumentParser
import PostgresServer

struct DatabaseCredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "Passwords of the roles for hosts that connect by TCP: new ones without downtime.",
        discussion: """
            Each role has two logins. `rotate` gives the idle one a new password and writes the file that the hosts need; \
            both work until `retire` ends the older one, which is refused while anybody uses it. Over the Unix socket no \
            password is needed.
            """,
        subcommands: [CredentialListCommand.self, CredentialRotateCommand.self, CredentialRetireCommand.self],
        defaultSubcommand: CredentialListCommand.self
    )
}

struct CredentialListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every login over TCP, whether it may connect, and who is connected by it."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let logins = try await global.settings().server.credentials()
        if output.format == .json { return Terminal.print(try EncodedJSON.text(logins)) }
        var table = TextTable(columns: [
            .text("role"), .text("login"), .text("state"), .number("sessions"), .text("from"),
        ])
        table.rows = logins.map { login in
            let state = login.isEnabled ? (login.isCurrent ? "current" : "older, works") : "retired"
            return [login.role, login.login, state, "\(login.sessions)", login.clients]
        }
        Terminal.print(output.format == .csv ? table.csv() : table.aligned())
    }
}

/// `--role`, without the superuser.
struct TCPRoleOption: ParsableArguments {
    @Option(help: "Role: owner, collector, console, report, backup or monitor.")
    var role: RoleArgument
}

struct CredentialRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Gives a role a new password; the one before works on until it is retired."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var of: TCPRoleOption

    func run() async throws {
        let done = try await global.settings().server.rotateCredential(of: of.role.role)
        Terminal.print("\(done.login): its password is in \(done.file.path) (0600)")
        Terminal.print(
            "carry that file to the hosts that use it, as their database.password_file, and restart their service"
        )
        if let previous = done.previous {
            Terminal.print("\(previous) works until `mailmill database credential retire` ends it")
        }
    }
}

struct CredentialRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Ends the password before the present one; refused while anybody uses it."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var of: TCPRoleOption

    func run() async throws {
        let login = try await global.settings().server.retireCredential(of: of.role.role)
        Terminal.print(login.map { "\($0) may not connect any more" } ?? "there is no older password")
    }
}
