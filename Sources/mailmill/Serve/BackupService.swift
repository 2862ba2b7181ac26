import Foundation
import Logging
import PostgresServer
import ServiceLifecycle

/// Takes backups by schedule, removes those that are not needed, and proves one now and then. Each is a command of its own,
/// as a backup is made by the service account, and `serve` may be root's.
struct BackupService: Service {
    let server: DatabaseServer
    let plan: BackupPlan
    let commands: OwnCommand
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: .seconds(20))
            }
        }
    }

    private func look() async {
        guard await server.status().state == .running else { return }
        // An upgrade whose command was ended takes its base backup here. What cannot be read is no upgrade.
        let upgrade = try? server.lastUpgrade()
        let record = server.backupStatus()?.record ?? BackupRecord()
        switch plan.step(Date(), record, clusterSince: upgrade?.switchedAt) {
        case .backup:
            guard await command(["backup", "create"]) else { return }
            _ = await command(["backup", "expire", "--yes"])
        case .prove: _ = await command(["backup", "prove"])
        case nil: return
        }
    }

    private func command(_ arguments: [String]) async -> Bool {
        let name = arguments.joined(separator: " ")
        do {
            let said = try await commands.run(arguments)
            logger.notice("\(name): \(said)")
            return true
        } catch is CancellationError {
            return false
        } catch {
            logger.error("\(name) failed", metadata: ["error": "\(error)"])
            return false
        }
    }
}
