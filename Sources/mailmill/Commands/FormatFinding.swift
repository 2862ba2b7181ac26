import Foundation
import MailEvents

/// Finds a log's format by its first lines.
enum FormatFinding {
    /// Bytes and lines that are looked at.
    private static let bytes = 256 << 10
    private static let lines = 500

    static func find(_ input: InputFile, zone: TimeZone) throws -> LogFormat.Detection {
        let head = try input.head(bytes)
        var lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: Self.lines, omittingEmptySubsequences: false)
        // The rest behind the last line, or a part of a line.
        if lines.count > 1 { lines.removeLast() }
        return LogFormat.detect(
            lines.map(Array.init),
            context: LogFormat.Context(
                fileModifiedAt: input.modifiedAt.microsecondsSince1970,
                zone: LocalZone(zone, years: 1990...2060)
            )
        )
    }
}
