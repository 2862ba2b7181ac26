import Accounts
import ConsoleStandIns
import Foundation
import Logging
import ServiceLifecycle
import Store
import UnixSignals
import WebConsole

/// Serves the console over figures of mail servers that do not exist, to look at it and to drive it by a browser.
///
/// `console-preview [port]`: signs in `admin` with `first-password-of-all` (to be changed) and `jo` with
/// `seven grey geese`. A word written to its standard input changes the situation: `up`, `down`, `stopped`, `samples`,
/// `late`, `quiet`, `busy`, `nobody`, `unmeasured`, `hostile`, `deliver`, `fail`, `normal`.
@main
enum ConsolePreview {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8025
        let figures = GeneratedFigures()
        let accounts = MemoryAccounts()
        let cost = PasswordHashCost.standard
        try await accounts.add("admin", password: "first-password-of-all", mustChange: true, cost: cost)
        try await accounts.add("jo", password: "seven grey geese", role: .reporting, cost: cost)
        var logger = Logger(label: "preview")
        logger.logLevel = .warning
        var settings = WebConsoleSettings(listen: ListenAddress(host: "127.0.0.1", port: port))
        if CommandLine.arguments.contains("--without-charts") { settings.assetsDirectory = "/nonexistent" }
        let server = try ConsoleServer(settings: settings, figures: figures, accounts: accounts, logger: logger) {
            port in
            FileHandle.standardOutput.write(Data("http://127.0.0.1:\(port)\n".utf8))
        }
        let words = Thread {
            while let word = readLine() {
                let isDown = change(figures, word)
                Task { await accounts.setAway(isDown) }
            }
        }
        words.start()
        let group = ServiceGroup(
            services: [server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }

    /// True if the database is away afterwards.
    static func change(_ figures: GeneratedFigures, _ word: String) -> Bool {
        figures.change { situation in
            switch word {
            case "up":
                situation.database = .up
            case "down":
                situation.database = .down(
                    since: Date(),
                    reason: "no server listens on the socket /run/mailmill/.s.PGSQL.5432"
                )
            case "stopped":
                situation.database = .ingestStopped(
                    since: Date(),
                    reason: "/var/lib/mailmill has 0.8 GiB left; 1 GiB is kept free"
                )
            case "samples": situation.hasSampleData = true
            case "late":
                situation.behind = ["mx2": 1260]
                situation.sourceError = "cannot open /var/log/mail.log: Permission denied"
            case "quiet": situation.volume = 0
            case "busy": situation.volume = 180
            case "nobody":
                situation.volume = 0
                situation.nodes = []
            case "unmeasured": situation.measuresQueues = false
            case "hostile":
                situation.extraDomains = [
                    "<script>alert(1)</script>.example", "\"\u{301} onmouseover=\"alert(1)", "\u{202E}moc.elpmaxe",
                    "=cmd|' /C calc'!A0", String(repeating: "very-long-label.", count: 14) + "example",
                ]
            case "deliver": situation.extraDeliveries += 1
            case "fail": situation.failure = GeneratedFigures.QueryFailed()
            default: situation = GeneratedFigures.Situation()
            }
        }
        return !figures.situation.database.answersQueries
    }
}
