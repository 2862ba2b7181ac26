internal import PostgresClient
internal import SystemPackage

extension DatabaseServer {
    /// Everything about the server, its disk and its upgrades that can be green, amber or red. Never throws: what cannot
    /// be asked is a finding.
    package func health() async -> [ServerFinding] {
        var findings = placeFindings()
        do {
            let connection = try await Connection.connect(connectionSettings(as: .monitor))
            findings = try await HealthQuestions(connection).findings() + findings
        } catch {
            findings.insert(
                ServerFinding(
                    "server",
                    .wrong,
                    "it does not answer: \(error)",
                    advice: "`mailmill database status` tells its state, `mailmill database start` starts it"
                ),
                at: 0
            )
        }
        return findings
    }

    /// What files tell.
    package func placeFindings() -> [ServerFinding] {
        var findings: [ServerFinding] = []
        // A disk that cannot be measured is told by the server's own findings.
        if let disk = try? DiskSpace.measure(cluster.path) {
            let reserve = reserve(disk: disk.total)
            let isShort = disk.free < reserve.resumesIngestFrom * 2
            findings.append(
                ServerFinding(
                    "disk",
                    disk.free < reserve.stopsIngestBelow ? .wrong : isShort ? .warning : .good,
                    "\(disk.free) free of \(disk.total); events wait below \(reserve.stopsIngestBelow)",
                    advice: isShort ? "free some space or add some; `mailmill database size` tells what takes it" : nil
                )
            )
        }
        // Without a journal there was no upgrade.
        if let journal = (try? UpgradeJournal.read(UpgradeFolder(layout))) ?? nil { findings += upgrade(journal) }
        return findings
    }

    private func upgrade(_ journal: UpgradeJournal) -> [ServerFinding] {
        switch journal.step {
        case .finished: []
        case .failed:
            [
                ServerFinding(
                    "upgrade",
                    .warning,
                    "the last one, to \(journal.to), failed and was undone",
                    advice: "`mailmill upgrade status` tells why"
                )
            ]
        case .switched, .rolledBack:
            [
                ServerFinding(
                    "upgrade",
                    .warning,
                    "the other cluster still takes disk",
                    advice: "when all is well: `mailmill upgrade finish`"
                )
            ]
        case .rehearsing, .copying, .switching, .rollingBack:
            [
                ServerFinding(
                    "upgrade",
                    .warning,
                    "under way: \(journal.step.rawValue)",
                    advice: "`mailmill upgrade status`"
                )
            ]
        }
    }
}
