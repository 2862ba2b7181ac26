internal import Foundation

/// Numbers for people.
enum NumberText {
    /// Stands where nobody measured.
    static let unknown = "–"

    /// `1,234,567`
    static func whole(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "−" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// For narrow screens: `1,234`, `12.3k`, `1.23M`.
    static func compact(_ number: Int64) -> String {
        let value = Double(number)
        switch abs(value) {
        case ..<10_000: return whole(number)
        case ..<999_500: return "\(significant(value / 1e3))k"
        case ..<999_500_000: return "\(significant(value / 1e6))M"
        default: return "\(significant(value / 1e9))G"
        }
    }

    /// `12.3 %`; what is more than nothing is never shown as nothing.
    static func percent(_ share: Double) -> String {
        let value = share * 100
        if value <= 0 { return "0 %" }
        if value < 0.01 { return "< 0.01 %" }
        if value < 100, value > 99.99 { return "> 99.99 %" }
        return "\(decimals(value, value < 1 || value > 99 && value < 100 ? 2 : 1)) %"
    }

    /// Milliseconds: `870 ms`, `3.2 s`, `4 min 10 s`.
    static func duration(milliseconds: Double) -> String {
        switch milliseconds {
        case ..<999.5: "\(Int(milliseconds.rounded())) ms"
        case ..<59_950: "\(decimals(milliseconds / 1000, 1)) s"
        default: TimeText.span(milliseconds / 1000)
        }
    }

    /// `0 B`, `812 B`, `3.1 KiB`
    static func bytes(_ count: Int64) -> String {
        let value = Double(count)
        switch value {
        case ..<1024: return "\(count) B"
        case ..<(1024 * 1024): return "\(significant(value / 1024)) KiB"
        case ..<(1024 * 1024 * 1024): return "\(significant(value / 1_048_576)) MiB"
        default: return "\(significant(value / 1_073_741_824)) GiB"
        }
    }

    /// Three digits that count.
    private static func significant(_ value: Double) -> String {
        decimals(value, abs(value) >= 99.95 ? 0 : abs(value) >= 9.995 ? 1 : 2)
    }

    static func decimals(_ value: Double, _ count: Int) -> String {
        let scale = [1, 10, 100, 1000][min(count, 3)]
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard count > 0 else { return "\(sign)\(whole(scaled))" }
        let fraction = TimeText.padded(Int(scaled % Int64(scale)), count)
        return "\(sign)\(whole(scaled / Int64(scale))).\(fraction)"
    }
}
