import Collector
import Foundation
import MailEvents
import SystemPackage

/// Finds a log's format by its first lines.
enum FormatFinding {
    /// Bytes and lines that are looked at.
    private static let bytes = 256 << 10
    private static let lines = 500

    static func find(_ input: InputFile, zone: TimeZone) throws -> LogFormat.Detection {
        detect(try input.head(bytes), modifiedAt: input.modifiedAt.microsecondsSince1970, zone: zone)
    }

    /// Of a file that may be compressed.
    static func find(_ path: FilePath, zone: TimeZone) throws -> LogFormat.Detection {
        detect(try ArchiveFile.head(of: path, count: bytes), modifiedAt: Date().microsecondsSince1970, zone: zone)
    }

    private static func detect(_ head: [UInt8], modifiedAt: Int64, zone: TimeZone) -> LogFormat.Detection {
        var lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: Self.lines, omittingEmptySubsequences: false)
        // The rest behind the last line, or a part of a line.
        if lines.count > 1 { lines.removeLast() }
        return LogFormat.detect(
            lines.map(Array.init),
            context: LogFormat.Context(
                fileModifiedAt: modifiedAt,
                zone: LocalZone(zone, years: 1990...2060)
            )
        )
    }
}
