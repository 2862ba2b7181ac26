import Foundation

/// eximstats' grand totals of a log.
struct Eximstats: Sendable {
    private(set) var received = 0
    /// Addresses that were delivered to.
    private(set) var delivered = 0
    private(set) var rejected = 0
    /// Messages with an address that was delayed.
    private(set) var delayed = 0
    /// Messages with an address that failed.
    private(set) var failed = 0

    /// Runs it on a log.
    init(_ log: String, in folder: TestFolder) async throws {
        let path = "\(try EximInstance.unpacked())/usr/sbin/eximstats"
        let program = try Program("/usr/bin/perl", [path, "-h0", "-q0", "-t0", "-nr", "-ne", log], in: folder)
        guard try await program.finish() == .status(0) else { throw TestTrouble("eximstats: \(program.errors)") }
        for line in program.output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            // Volume, messages, hosts, then messages delayed and failed, each with its share.
            case "Received" where words.count == 8:
                (received, delayed, failed) = (Self.number(words[2]), Self.number(words[4]), Self.number(words[6]))
            // Volume, messages, addresses, hosts.
            case "Delivered" where words.count == 5: delivered = Self.number(words[3])
            case "Rejects" where words.count == 3: rejected = Self.number(words[1])
            default: break
            }
        }
    }

    /// What is no number is told by the comparison.
    private static func number(_ word: String) -> Int { Int(word) ?? -1 }
}
