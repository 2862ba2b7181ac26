/// How measured times lie: percentiles of all of them, nothing left out.
package struct Spread: Sendable {
    private let sorted: [Duration]

    package init(_ times: [Duration]) {
        sorted = times.sorted()
    }

    package var count: Int { sorted.count }
    package var maximum: Duration { sorted.last ?? .zero }
    package var minimum: Duration { sorted.first ?? .zero }

    /// The time that this share of all does not exceed (nearest rank).
    ///
    /// - Parameter share: 0 to 1.
    package func percentile(_ share: Double) -> Duration {
        guard !sorted.isEmpty else { return .zero }
        let rank = (share * Double(sorted.count)).rounded(.up)
        return sorted[min(max(Int(rank) - 1, 0), sorted.count - 1)]
    }

    package var line: String {
        "p50 \(percentile(0.5).milliseconds), p95 \(percentile(0.95).milliseconds), "
            + "p99 \(percentile(0.99).milliseconds), max \(maximum.milliseconds) ms (\(count) measured)"
    }
}

extension Duration {
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

    /// Milliseconds, one decimal.
    package var milliseconds: String { Figure.decimal(seconds * 1000, 1) }
}

/// Numbers for a person.
package enum Figure {
    package static func decimal(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((value * scale).rounded())
        let whole = String(scaled.magnitude / UInt64(scale))
        let rest = String(scaled.magnitude % UInt64(scale))
        let sign = scaled < 0 ? "-" : ""
        guard places > 0 else { return sign + whole }
        return "\(sign)\(whole).\(String(repeating: "0", count: places - rest.count))\(rest)"
    }

    /// `1 234 567`.
    package static func grouped(_ value: Double) -> String {
        let digits = String(Int64(value.rounded()).magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(" ") }
            text.append(digit)
        }
        return value <= -0.5 ? "-" + text : text
    }

    package static func grouped(_ value: some BinaryInteger) -> String { grouped(Double(value)) }
}
