import Foundation

/// Counts the events of a Postfix log with awk: a program that shares nothing with Mailmill's own reading.
enum IndependentCounter {
    private static let program = #"""
        !/ postfix[^ ]*\/[a-z]+\[[0-9]+\]: / { next }
        /\]: [0-9A-Za-z]+: client=[^ ]/ || /\/pickup\[[0-9]+\]: [0-9A-Za-z]+: uid=/ { count["received"]++; next }
        /\]: (NOQUEUE|[0-9A-Za-z]+): reject: / { count["rejected"]++; next }
        /\/qmgr\[.* status=(force-)?expired/ { count["expired"]++; next }
        /: to=</ && !/ status=/ { count["unreadable"]++; next }
        / status=sent / {
            count["delivered"]++
            match($0, /: to=<[^>]*>/)
            address = substr($0, RSTART + 6, RLENGTH - 7)
            domain = address
            sub(/^.*@/, "", domain)
            domains[tolower(domain)]++
            next
        }
        / status=deferred / { count["deferred"]++; next }
        / status=bounced / { count["bounced"]++; next }
        END {
            for (name in count) print name, count[name]
            for (name in domains) print "@" name, domains[name]
        }
        """#

    /// - Parameter paths: the log's parts; none is counted twice by itself.
    static func count(_ paths: [String], in folder: TestFolder) async throws -> Tally {
        let script = try folder.file("count.awk", program)
        let awk = try Program("/usr/bin/awk", ["-f", script] + paths, in: folder)
        guard try await awk.finish() == .status(0) else { throw TestTrouble("awk: \(awk.errors)") }
        var counts: [String: Int] = [:]
        for line in awk.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let number = Int(words[1]) { counts[String(words[0])] = number }
        }
        var tally = Tally()
        tally.receptions = counts["received"] ?? 0
        tally.deliveries = counts["delivered"] ?? 0
        tally.transientFailures = counts["deferred"] ?? 0
        tally.permanentFailures = counts["bounced"] ?? 0
        tally.expirations = counts["expired"] ?? 0
        tally.rejections = counts["rejected"] ?? 0
        tally.unreadable = counts["unreadable"] ?? 0
        for (name, number) in counts where name.hasPrefix("@") {
            tally.deliveriesByDomain[String(name.dropFirst())] = number
        }
        return tally
    }
}
