import ArgumentParser
import Foundation

struct QuickstartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quickstart",
        abstract: "Everything on this host, in the foreground: database, collector, console. What `make run` runs.",
        discussion: """
            At its first start it finds the mail log that this machine has (else it replays samples), writes a settings \
            file, makes the database, and makes the account `admin` with a one-time password. The next start goes on \
            where this one stopped. Ctrl-C stops everything.
            """
    )

    @Option(help: "Folder for the database and the settings file (root: /var/lib/mailmill).")
    var directory: String?
    @Option(help: "Where the console listens, at the first start.")
    var listen = "127.0.0.1:8025"
    @Option(name: .long, help: "A setting over the file: KEY=VALUE. May stand several times.")
    var set: [String] = []

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = Self.absolute(directory ?? Self.standardDirectory(environment))
        let file = folder + "/mailmill.yaml"
        if !FileManager.default.fileExists(atPath: file) {
            let finding = LogDetection(node: ProcessInfo.processInfo.hostName).find()
            try QuickstartFile.write(
                QuickstartFile.text(directory: folder, listen: listen, finding: finding),
                to: file
            )
        }
        let settings = try Settings.load(file: file, environment: environment, overrides: set)
        let announcement = Announcement(settings: settings, file: file)
        try await Serving(settings).run(announcing: announcement)
    }

    /// The system's place for root, a person's own for anyone else (XDG Base Directory Specification).
    private static func standardDirectory(_ environment: [String: String]) -> String {
        if geteuid() == 0 { return "/var/lib/mailmill" }
        let state = environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
        return state + "/mailmill"
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
