package import Foundation

/// The hours in which rows are moved: `22:00-06:00`, in the machine's time zone.
package struct MoveWindow: Sendable, Equatable, CustomStringConvertible {
    /// Minutes since midnight.
    package let from: Int
    package let to: Int

    /// nil unless the text is two times of day with a hyphen between.
    package init?(_ text: String) {
        let times = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minutes)
        guard times.count == 2, let from = times[0], let to = times[1], from != to else { return nil }
        self.from = from
        self.to = to
    }

    package var description: String { "\(Self.text(from))-\(Self.text(to))" }

    /// Whether a time lies in it. A window whose end is before its beginning goes over midnight.
    package func contains(_ time: Date, in calendar: Calendar = .current) -> Bool {
        let parts = calendar.dateComponents([.hour, .minute], from: time)
        let minute = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
        return from < to ? (from..<to).contains(minute) : minute >= from || minute < to
    }

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCII) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    private static func text(_ minutes: Int) -> String {
        let parts = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":")
    }
}
