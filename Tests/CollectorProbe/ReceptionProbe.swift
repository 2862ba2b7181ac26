import Collector
import CollectorFixtures
import Glibc
import Logging
import MailEvents
import SystemPackage

/// Receives syslog, or reads standard input, until it is killed, and appends what it counts to a journal file.
struct ReceptionProbe {
    let spool: FilePath
    let journal: JournalFile

    private var reception: ReceptionSpool {
        var settings = ReceptionSettings(format: .postfix, spool: SpoolSettings(folder: spool))
        settings.limits.age = .milliseconds(10)
        settings.limits.rows = 500
        return ReceptionSpool(settings: settings)
    }

    private func collector(_ spool: ReceptionSpool) -> CollectorService {
        let source = SourceDescription(node: "mx1", name: "received", format: .postfix)
        return CollectorService(
            sources: [SourceSettings(source, .received(spool))],
            makeWriter: { _ in JournalWriter(journal) },
            logger: Logger(label: "probe")
        )
    }

    /// - Parameter addresses: with commas between. The ports are written to standard output, a line.
    func listen(_ addresses: String) async throws {
        let spool = reception
        let listener = SyslogListener(
            addresses: addresses.split(separator: ",").compactMap { SyslogAddress(String($0)) },
            spool: spool,
            logger: Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() }
        ) { ports in
            print(ports.map(String.init).joined(separator: ","))
            fflush(nil)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await collector(spool).run() }
            group.addTask { try await listener.run() }
            try await group.waitForAll()
        }
    }

    /// Ends when the input has ended and all of it is counted.
    func readInput() async throws {
        let spool = reception
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await collector(spool).run() }
            group.addTask {
                try await StandardInput(spool: spool).run()
                while spool.uncounted > 0 { try await Task.sleep(for: .milliseconds(5)) }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
