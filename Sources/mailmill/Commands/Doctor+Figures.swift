import Logging
import PostgresServer
import Store

extension Doctor {
    /// Whether every grain of the figures agrees with the one below it and with the events. Reads everything.
    func figures() async -> [Finding] {
        let differences: [FigureDifference]
        do {
            differences = try await DatabaseAccess(settings).withPool(.owner) { pool in
                try await Upkeep(pool, logger: Logger(label: "mailmill.doctor")).checkFigures()
            }
        } catch {
            return [
                Finding(check: "figures", verdict: .wrong, text: "\(error)", advice: "run it on the database's host")
            ]
        }
        guard !differences.isEmpty else {
            return [
                Finding(check: "figures", verdict: .good, text: "every grain equals the one below it, and the events")
            ]
        }
        return differences.map { difference in
            Finding(
                check: "figures",
                verdict: .wrong,
                text: "\(difference.relation) at \(RFC3339.text(difference.bucket)): \(difference.measure) is "
                    + "\(difference.found), \(difference.against) comes to \(difference.expected)",
                advice: "keep the events (a longer retention of event) and report it; reports of that bucket are wrong"
            )
        }
    }
}
