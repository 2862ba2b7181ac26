import Foundation

/// pflogsumm's grand totals of a log.
struct Pflogsumm: Sendable {
    private(set) var received = 0
    private(set) var delivered = 0
    private(set) var deferrals = 0
    private(set) var bounced = 0
    private(set) var rejected = 0

    /// Runs it on a log.
    init(_ log: String, in folder: TestFolder) async throws {
        let program = try Program("/usr/sbin/pflogsumm", ["--detail", "0", log], in: folder)
        guard try await program.finish() == .status(0) else { throw TestTrouble("pflogsumm: \(program.errors)") }
        for line in program.output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, let number = Int(words[0]) else { continue }
            switch words[1] {
            case "received" where words.count == 2: received = number
            case "delivered" where words.count == 2: delivered = number
            case "bounced" where words.count == 2: bounced = number
            case "rejected": rejected = number
            case "deferred" where words.count == 4: deferrals = Int(words[2].dropFirst()) ?? 0
            default: break
            }
        }
    }
}
