/// A number of bytes: space on disk, memory, limits.
package struct ByteCount: Sendable, Hashable, Codable, Comparable {
    package var bytes: Int64

    package init(_ bytes: Int64) { self.bytes = bytes }
    package init(from decoder: any Decoder) throws { bytes = try decoder.singleValueContainer().decode(Int64.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    package static let zero = ByteCount(0)
    package static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }
    package static func gibibytes(_ count: Int64) -> ByteCount { ByteCount(count << 30) }

    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
    package static func + (left: Self, right: Self) -> Self { Self(left.bytes + right.bytes) }
    package static func - (left: Self, right: Self) -> Self { Self(left.bytes - right.bytes) }
    package static func * (left: Self, factor: Int64) -> Self { Self(left.bytes * factor) }
    package static func / (left: Self, divisor: Int64) -> Self { Self(left.bytes / divisor) }
    package static func += (left: inout Self, right: Self) { left.bytes += right.bytes }

    package func clamped(to range: ClosedRange<ByteCount>) -> ByteCount {
        min(max(self, range.lowerBound), range.upperBound)
    }

    /// From a value of PostgreSQL's configuration: `2GB`, `512 MB`, `1048576kB`.
    /// - Parameter unit: of a number without one.
    init?(setting text: String, unit: ByteCount) {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let units: [String: Int64] = ["B": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40]
        let name = text.dropFirst(digits.count).trimmed
        guard let factor = name.isEmpty ? unit.bytes : units[name] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.init(product)
    }

    /// As PostgreSQL's settings take it, in whole megabytes (its "MB" is 1024²).
    var setting: String { "\(bytes >> 20)MB" }
}

extension ByteCount: CustomStringConvertible {
    /// One decimal in the largest fitting binary unit: `1.5 GiB`.
    package var description: String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        guard bytes.magnitude >= 1024 else { return "\(bytes) bytes" }
        var size = Double(bytes) / 1024
        var unit = 0
        while size.magnitude >= 1024, unit < units.count - 1 {
            size /= 1024
            unit += 1
        }
        let tenths = Int(size * 10)
        return "\(tenths / 10).\(tenths.magnitude % 10) \(units[unit])"
    }
}
