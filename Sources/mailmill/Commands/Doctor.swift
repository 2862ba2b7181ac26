import Collector
import Foundation
import MailEvents
import PostgresClient
import PostgresServer
import Store

/// Looks at everything that can be wrong on this host, without changing anything.
struct Doctor {
    /// How a check ended.
    enum Verdict: String {
        case good
        case warning
        case wrong

        var sign: String {
            switch self {
            case .good: " ok "
            case .warning: "warn"
            case .wrong: "FAIL"
            }
        }
    }

    /// What a check found, and what to do.
    struct Finding {
        var check: String
        var verdict: Verdict
        var text: String
        var advice: String?
    }

    let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    func examine() async -> [Finding] {
        var findings: [Finding] = []
        if settings.roles.contains(.database) { findings += await server() }
        if settings.roles.contains(.database) { findings += await health() }
        findings.append(await schema())
        if settings.roles.contains(.database) { findings += await storage() }
        findings += await designation()
        if settings.roles.contains(.collector) { findings += settings.sources.map(source) }
        findings += await collection()
        findings += await terms()
        if settings.roles.contains(.web) { findings.append(charts()) }
        return findings
    }

    // MARK: - Database

    private func server() async -> [Finding] {
        let status = await settings.server.status()
        var findings: [Finding] = []
        switch status.state {
        case .running, .standby:
            let version = status.version.map { "PostgreSQL \($0)" } ?? "PostgreSQL"
            findings.append(Finding(check: "database", verdict: .good, text: "\(version) runs, pid \(status.pid ?? 0)"))
        case .starting, .recovering, .stopping:
            let activity = status.activity ?? status.state.rawValue
            findings.append(
                Finding(check: "database", verdict: .warning, text: activity, advice: "wait, and ask again")
            )
        case .notInitialised:
            findings.append(
                Finding(
                    check: "database",
                    verdict: .wrong,
                    text: "there is no cluster at \(status.cluster)",
                    advice: "run `mailmill database init`, or `mailmill serve`, which makes it"
                )
            )
        case .stopped, .crashed:
            findings.append(
                Finding(
                    check: "database",
                    verdict: .wrong,
                    text: "the server is \(status.state.rawValue)",
                    advice: "run `mailmill database start`; `mailmill database logs` tells why it ended"
                )
            )
        case .unreachable, .singleUser, .unknown:
            findings.append(
                Finding(
                    check: "database",
                    verdict: .wrong,
                    text: "\(status.state.rawValue) \(status.activity ?? "")",
                    advice: "see `mailmill database status` as root or as \(settings.database.account)"
                )
            )
        }
        if let backup = status.backup { findings += BackupHealth(status: backup, settings: settings.backup).findings }
        findings += status.alarms.map { Finding(check: "database", verdict: .wrong, text: $0) }
        for override in status.fileSystemOverrides {
            let text = "lies on \(override.name) at \(override.path), accepted by setting since \(override.since)"
            findings.append(
                Finding(check: "file system", verdict: .warning, text: text, advice: "move it to a local disk")
            )
        }
        if let disk = status.disk {
            let share = Double(disk.free.bytes) / Double(max(disk.total.bytes, 1))
            findings.append(
                Finding(
                    check: "disk",
                    verdict: share < 0.05 ? .wrong : share < 0.15 ? .warning : .good,
                    text: "\(disk.free) free of \(disk.total)",
                    advice: share < 0.15 ? "free space, or add some: ingest stops when the disk is nearly full" : nil
                )
            )
        }
        return findings
    }

    /// What the server tells of itself; whether it runs, and its disk, are told above.
    private func health() async -> [Finding] {
        await settings.server.health().filter { $0.check != "disk" && $0.check != "server" }.map { found in
            let verdict: Verdict =
                switch found.verdict {
                case .good: .good
                case .warning: .warning
                case .wrong: .wrong
                }
            return Finding(check: found.check, verdict: verdict, text: found.text, advice: found.advice)
        }
    }

    /// Whether this server takes events. What cannot be asked is told by the other checks.
    private func designation() async -> [Finding] {
        guard let state = try? await DatabaseAccess(settings).withPool(.report, { try await Designation($0).state() })
        else { return [] }
        guard !state.refusal.isEmpty else {
            let host = state.host.isEmpty ? "no host is designated, any takes events" : "\(state.host) takes events"
            return [Finding(check: "designation", verdict: .good, text: "\(host), epoch \(state.epoch)")]
        }
        return [
            Finding(
                check: "designation",
                verdict: .wrong,
                text: "this server takes no events: \(state.refusal)",
                advice: "if it is to be this one: `mailmill database designate` tells what that means"
            )
        ]
    }

    private func schema() async -> Finding {
        do {
            try await DatabaseAccess(settings).withPool(.owner) { try await Migrations($0).check() }
            return Finding(check: "schema", verdict: .good, text: "is that of this release")
        } catch {
            return Finding(check: "schema", verdict: .wrong, text: "\(error)")
        }
    }

    // MARK: - Collection

    private func source(_ source: Settings.Source) -> Finding {
        switch source.input {
        case .journald: return Finding(check: "source", verdict: .good, text: "the journal, \(source.formatName)")
        case .pattern(let pattern):
            return matches(of: pattern)
        case .syslog(let addresses, _):
            let text = "syslog at \(addresses.map(\.description).joined(separator: ", "))"
            return Finding(check: "source", verdict: .good, text: text)
        case .hook(let name, let file):
            do {
                _ = try SecretFile(file).secret()
                return Finding(check: "source", verdict: .good, text: "hook \(name), \(source.formatName)")
            } catch {
                return Finding(check: "source", verdict: .wrong, text: "hook \(name): \(error)")
            }
        case .samples:
            return Finding(
                check: "source",
                verdict: .warning,
                text: "bundled samples, not a real server",
                advice: "name your mail log under `collect` in the settings"
            )
        case .file(let path):
            if FileManager.default.isReadableFile(atPath: path) {
                return Finding(check: "source", verdict: .good, text: path)
            }
            let exists = FileManager.default.fileExists(atPath: path)
            return Finding(
                check: "source",
                verdict: .wrong,
                text: "\(path) \(exists ? "cannot be read by this user" : "does not exist")",
                advice: exists
                    ? "add the user to the group of the file (Debian: adm)"
                    : "check `path` under `collect` in the settings"
            )
        }
    }

    private func matches(of pattern: String) -> Finding {
        do {
            let count = try FilePattern(pattern).paths().count
            return Finding(check: "source", verdict: .good, text: "\(pattern): \(count) files")
        } catch {
            return Finding(
                check: "source",
                verdict: .wrong,
                text: "\(error)",
                advice: "check `path` under `collect` in the settings, and who may read the folder"
            )
        }
    }

    private func collection() async -> [Finding] {
        do {
            let nodes = try await DatabaseAccess(settings).withPool(.report) { pool in
                try await Reports(pool).status(over: Period(from: Date().addingTimeInterval(-60), to: Date()))
            }
            guard !nodes.isEmpty else {
                return [
                    Finding(
                        check: "collection",
                        verdict: .warning,
                        text: "no collector has reported yet",
                        advice: "name a log under `collect` and run `mailmill serve`"
                    )
                ]
            }
            return nodes.flatMap { node in node.sources.map { Self.finding($0, of: node.node) } }
        } catch {
            return [Finding(check: "collection", verdict: .wrong, text: "\(error)")]
        }
    }

    private static func finding(_ source: SourceStatus, of node: String) -> Finding {
        let name = "\(node) \(source.name)"
        if let error = source.lastError {
            return Finding(check: "collection", verdict: .wrong, text: "\(name): \(error)")
        }
        guard let last = source.lastReportAt, last.timeIntervalSinceNow > -30 else {
            let since = source.lastReportAt.map { RFC3339.text($0) } ?? "ever"
            return Finding(
                check: "collection",
                verdict: .wrong,
                text: "\(name): silent since \(since)",
                advice: "is `mailmill serve` running on \(node)?"
            )
        }
        if source.quarantined > 0 {
            return Finding(
                check: "collection",
                verdict: .warning,
                text: "\(name): \(source.quarantined) lines could not be read",
                advice:
                    "see their reasons: mailmill database psql --role owner -- -c 'TABLE rt_log.quarantine LIMIT 20'"
            )
        }
        return Finding(check: "collection", verdict: .good, text: "\(name): \(source.lagBytes) bytes behind")
    }

    private func charts() -> Finding {
        let path = settings.console.assets + "/dygraph.min.js"
        let exists = FileManager.default.fileExists(atPath: path)
        return Finding(
            check: "charts",
            verdict: exists ? .good : .warning,
            text: exists ? path : "\(path) is missing: the console shows tables in place of charts",
            advice: exists ? nil : "run `apt-get install libjs-dygraphs`"
        )
    }
}
