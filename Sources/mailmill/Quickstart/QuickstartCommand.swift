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
        let place = QuickstartPlace(directory: directory, environment: environment)
        if !FileManager.default.fileExists(atPath: place.file) {
            let finding = LogDetection(node: ProcessInfo.processInfo.hostName).find()
            try place.makeFolder()
            try QuickstartFile.write(
                QuickstartFile.text(directory: place.directory, listen: listen, finding: finding),
                to: place.file
            )
        }
        let settings = try Settings.load(file: place.file, environment: environment, overrides: set)
        let announcement = Announcement(settings: settings, file: place.file)
        try await Serving(settings).run(announcing: announcement)
    }
}
