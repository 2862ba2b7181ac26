import ArgumentParser
import PostgresServer

struct DatabaseCertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "The server's certificate for TCP, from an authority of its own.",
        subcommands: [CertificateStatusCommand.self, CertificateMakeCommand.self, CertificateRenewCommand.self],
        defaultSubcommand: CertificateStatusCommand.self
    )
}

struct CertificateMakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Makes it for the names and addresses that other hosts connect to.",
        discussion: """
            Where database.certificate is not set, the server uses this one when it listens on TCP. Hosts need the \
            authority's certificate as their database.root_certificate. `serve` renews it a month before its end.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "A host name or address. May stand several times.")
    var name: [String]
    @Option(help: "Days that it is good for.")
    var days = 397

    func run() async throws {
        let files = try await global.settings().server.makeCertificate(names: name, days: days)
        Terminal.print("made \(files.certificate), good until \(try files.end())")
        Terminal.print("carry \(files.authority) to the other hosts, as their database.root_certificate")
    }
}

struct CertificateRenewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Makes it anew for the same names; a running server takes it at once, and no session ends."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let files = try await global.settings().server.makeCertificate(names: nil)
        Terminal.print("renewed \(files.certificate), good until \(try files.end())")
    }
}

struct CertificateStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Which one there is, and until when."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let files = CertificateFiles(try global.settings().server.layout)
        guard files.exist else {
            return Terminal.print("none was made here; `mailmill database certificate make` makes one")
        }
        Terminal.print("\(files.certificate), good until \(try files.end())")
        if try files.ends(within: 0) { throw ExitCode(1) }
    }
}
