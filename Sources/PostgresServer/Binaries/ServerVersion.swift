/// Version of PostgreSQL's programs: `15.20`. A cluster belongs to a major.
package struct ServerVersion: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// From what `postgres --version` prints: `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`, `… 18beta1`.
    init?(programOutput: String) {
        guard let start = programOutput.range(of: "(PostgreSQL) ") else { return nil }
        let number = programOutput[start.upperBound...].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let parts = number.split(separator: ".")
        guard let first = parts.first, let major = Int(first) else { return nil }
        self.init(major: major, minor: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// From `server_version_num`: 150020 is 15.20.
    package init(number: Int) {
        self.init(major: number / 10000, minor: number % 10000)
    }

    package var description: String { "\(major).\(minor)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension String {
    /// `range(of:)` without Foundation.
    func range(of other: String) -> Range<String.Index>? {
        guard !other.isEmpty else { return nil }
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) {
                return start..<index(start, offsetBy: other.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
