import Accounts
import ArgumentParser
import Foundation
import PostgresServer
import Store

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "People who may sign in to the consoles.",
        discussion: "Needs the rights of root or of the service account: `database.account` in the settings.",
        subcommands: [AccountListCommand.self, AccountAddCommand.self, AccountPasswordCommand.self],
        defaultSubcommand: AccountListCommand.self
    )
}

struct AccountListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All accounts.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let accounts = try await DatabaseAccess(global.settings()).withPool(.owner) {
            try await AccountStore($0).list()
        }
        var table = TextTable(columns: [
            .text("name"), .text("role"), .text("state"), .text("created_at"), .text("signed_in_at"),
        ])
        for item in accounts {
            table.rows.append([
                item.account.name.text, item.account.role.rawValue, Self.state(item.account),
                RFC3339.text(item.createdAt), item.signedInAt.map { RFC3339.text($0) } ?? "never",
            ])
        }
        switch output.format {
        case .table:
            Terminal.print(
                accounts.isEmpty
                    ? "there is no account; make one with `mailmill account add NAME --role admin`" : table.aligned()
            )
        case .csv: Terminal.print(table.csv())
        case .json:
            Terminal.print(
                JSONValue.array(
                    accounts.map { item in
                        .object([
                            ("name", .text(item.account.name.text)),
                            ("role", .text(item.account.role.rawValue)),
                            ("state", .text(Self.state(item.account))),
                            ("created_at", JSONValue(item.createdAt)),
                            ("signed_in_at", JSONValue(item.signedInAt)),
                        ])
                    }
                ).text()
            )
        }
    }

    private static func state(_ account: Account) -> String {
        if account.isDisabled { return "disabled" }
        return account.mustChangePassword ? "must change password" : "active"
    }
}

struct AccountAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Makes an account with a one-time password, which it prints.",
        discussion: "With --password-stdin the password is read from standard input, and stays."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The name to sign in with.")
    var name: String
    @Option(help: "admin (everything), users (everything but accounts) or reporting (reads).")
    var role: AccountRoleArgument = .init(role: .users)
    @Flag(help: "Read the password from standard input.")
    var passwordStdin = false

    func run() async throws {
        let settings = try global.settings()
        let name = try AccountName(name)
        let password = try NewPassword.choose(for: name, fromInput: passwordStdin)
        let hash = try password.hash()
        let isNew = try await DatabaseAccess(settings).withPool(.owner) { pool in
            try await AccountStore(pool).create(
                name,
                role: role.role,
                hash: hash,
                mustChange: password.isOneTime
            )
        }
        guard isNew else {
            throw AccountProblem(
                "there is an account \(name) already; `mailmill account password \(name)` gives it a new password"
            )
        }
        Terminal.print("made the account \(name) (\(role.role.rawValue))")
        password.tell()
    }
}

struct AccountPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Gives an account a new one-time password, and signs it out everywhere.",
        discussion: "The password must be changed at the next sign-in."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The account's name.")
    var name: String
    @Flag(help: "Read the password from standard input.")
    var passwordStdin = false

    func run() async throws {
        let settings = try global.settings()
        let name = try AccountName(name)
        let password = try NewPassword.choose(for: name, fromInput: passwordStdin)
        let hash = try password.hash()
        try await DatabaseAccess(settings).withPool(.owner) { pool in
            let store = AccountStore(pool)
            guard let account = try await store.account(named: name) else {
                throw AccountProblem("there is no account \(name); `mailmill account list` names them")
            }
            try await store.resetPassword(
                of: account.id,
                to: hash,
                audit: AuditEntry(at: Date(), action: .passwordChanged, account: account.id, address: "local")
            )
        }
        Terminal.print("the account \(name) has a new password, to be changed at the next sign-in")
        password.tell()
    }
}

/// `--role` of an account.
struct AccountRoleArgument: ExpressibleByArgument {
    var role: Role

    init(role: Role) {
        self.role = role
    }

    init?(argument: String) {
        guard let role = Role(rawValue: argument) else { return nil }
        self.role = role
    }

    var defaultValueDescription: String { role.rawValue }
    static var allValueStrings: [String] { Role.allCases.map(\.rawValue) }
}
