import Glibc

/// Routing domains as mail goes to them: a few take most of it, and the tail is long (Zipf's law).
package struct DomainTail: Sendable {
    /// For each rank, the share of it and all before it.
    private let shares: [Double]

    /// - Parameters:
    ///   - count: how many domains there are.
    ///   - exponent: how steep the tail is; 1 is Zipf's own.
    package init(count: Int, exponent: Double = 1) {
        var sum = 0.0
        var sums: [Double] = []
        sums.reserveCapacity(count)
        for rank in 1...max(1, count) {
            sum += pow(Double(rank), -exponent)
            sums.append(sum)
        }
        shares = sums
    }

    package var count: Int { shares.count }

    /// A domain's rank, 0 for the busiest.
    package func rank(_ random: inout SeededRandom) -> Int {
        let wanted = random.fraction() * shares[shares.count - 1]
        var low = 0
        var high = shares.count - 1
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] > wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The domain's name, in the reserved names of RFC 2606.
    package static func name(_ rank: Int) -> String {
        let words = ["mail", "post", "brief", "poczta", "correo", "posta", "courriel", "kirje"]
        let ends = ["example.com", "example.net", "example.org"]
        return "\(words[rank % words.count])\(rank).\(ends[rank / words.count % ends.count])"
    }
}
