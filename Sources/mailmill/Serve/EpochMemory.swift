import Foundation
import Synchronization

/// The highest epoch of a database that this host's collectors have reported to, on disk. A server with a lower one is an
/// old one that has come back, or an older copy: nothing is reported to it.
final class EpochMemory: Sendable {
    private let path: String
    private let known = Mutex<Int64>(0)

    /// - Parameter directory: the collector's.
    init(directory: String) {
        path = "\(directory)/database-epoch"
    }

    /// - Throws: `OlderDatabase`; or what keeps the memory from being written, as it would be of no use then.
    func check(_ epoch: Int64) throws {
        try known.withLock { known in
            let highest = max(known, try stored())
            known = highest
            guard epoch >= highest else { throw OlderDatabase(epoch: epoch, known: highest, path: path) }
            guard epoch > highest else { return }
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data("\(epoch)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            known = epoch
        }
    }

    private func stored() throws -> Int64 {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let epoch = Int64(text) else {
            throw SettingsError(place: path, problem: "holds no epoch but '\(text.prefix(40))'; remove it")
        }
        return epoch
    }
}

/// An old server has come back.
struct OlderDatabase: Error, CustomStringConvertible {
    let epoch: Int64
    let known: Int64
    let path: String

    var description: String {
        """
        the database is of epoch \(epoch), and this host has reported to epoch \(known): another server has taken over \
        since; point database.host there (if this one is to be it, run `mailmill database designate` on its host; \
        \(path) remembers the epoch)
        """
    }
}
