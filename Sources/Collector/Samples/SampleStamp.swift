import Glibc
import MailEvents

/// The time at the beginning of a sample line, which is taken off and put on anew.
struct SampleStamp: Sendable, Equatable {
    enum Layout: Sendable, Equatable {
        /// `2026-03-05T04:07:08.101256+00:00`, as rsyslog writes it.
        case iso
        /// Seconds since 1970, ten digits, or microseconds, sixteen digits (Momentum).
        case epoch(digits: Int)
    }

    /// Microseconds since 1970 UTC.
    var time: Int64
    var layout: Layout
    /// Bytes of the line that it takes.
    var length: Int

    /// Reads it; nil if the line does not begin with one.
    init?(_ line: ArraySlice<UInt8>, format: LogFormat) {
        let head = String(decoding: line.prefix(40), as: UTF8.self)
        switch format {
        case .postfix:
            guard let end = head.firstIndex(of: " "), let time = SampleStamp.iso(head[..<end]) else { return nil }
            self.init(time: time, layout: .iso, length: head[..<end].utf8.count)
        case .momentumMainlog, .momentumBouncelog, .momentumFbllog:
            let digits = head.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int64(digits), digits.count == 10 || digits.count == 16 else { return nil }
            let time = digits.count == 10 ? number * 1_000_000 : number
            self.init(time: time, layout: .epoch(digits: digits.count), length: digits.count)
        case .momentumRejectlog, .momentumJSON, .exim, .kumomta, .powermta:
            // There are no sample lines of these.
            return nil
        }
    }

    private init(time: Int64, layout: Layout, length: Int) {
        self.time = time
        self.layout = layout
        self.length = length
    }

    /// The stamp of another time, in the same layout.
    func text(at time: Int64) -> String {
        switch layout {
        case .epoch(let digits):
            return String(digits == 10 ? time / 1_000_000 : time)
        case .iso:
            var seconds = time_t(time / 1_000_000)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let date =
                "\(pad(Int(parts.tm_year) + 1900, 4))-\(pad(Int(parts.tm_mon) + 1, 2))-\(pad(Int(parts.tm_mday), 2))"
            let clock = "\(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))"
            return "\(date)T\(clock).\(pad(Int(time % 1_000_000), 6))+00:00"
        }
    }

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A stamp of RFC 3339.
    private static func iso(_ text: Substring) -> Int64? {
        let parts = text.split(separator: "T")
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-").compactMap { Int32($0) }
        let isWest = parts[1].contains("-")
        let clock = parts[1].prefix { $0 != "+" && $0 != "-" && $0 != "Z" }
        let zone = parts[1].dropFirst(clock.count + 1).split(separator: ":").compactMap { Int64($0) }
        let hours = clock.split(separator: ":")
        guard date.count == 3, hours.count == 3, let hour = Int32(hours[0]), let minute = Int32(hours[1]),
            let second = Double(hours[2])
        else { return nil }
        var fields = tm()
        fields.tm_year = date[0] - 1900
        fields.tm_mon = date[1] - 1
        fields.tm_mday = date[2]
        fields.tm_hour = hour
        fields.tm_min = minute
        let offset = zone.count == 2 ? (zone[0] * 3600 + zone[1] * 60) * (isWest ? -1 : 1) : 0
        let start = (Int64(timegm(&fields)) - offset) * 1_000_000
        return start + Int64((second * 1_000_000).rounded())
    }
}
