internal import Glibc
package import Logging
internal import ServiceLifecycle
package import SystemPackage

/// Writes bundled sample lines into a log of its own, with the time of now, as a mail server would: for a machine that
/// has no mail log. A new log begins with an hour of the past, so that there is something to look at.
package struct SampleReplay: Service {
    /// Microseconds of the past that a new log begins with.
    private static let history: Int64 = 3_600_000_000
    /// Lines written at once at most.
    private static let portion = 2000

    private let script: SampleScript
    private let path: FilePath
    private let time: TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - lines: with stamps such as `2026-03-05T04:00:00.340020+00:00`, ascending, all of one day.
    ///   - path: the log to write; its folder is made.
    package init(lines: [UInt8], path: FilePath, time: TimeSource = .system, logger: Logger) {
        script = SampleScript(lines)
        self.path = path
        self.time = time
        self.logger = logger
    }

    package func run() async throws {
        guard !script.lines.isEmpty else {
            logger.error("the bundled samples cannot be read; install Mailmill again")
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await replay()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("samples cannot be written", metadata: ["path": "\(path)", "error": "\(error)"])
                }
                // Cancelled: the loop's condition ends it.
                try? await time.sleep(.seconds(5))
            }
        }
    }

    private func replay() async throws {
        var file = try SampleFile(path)
        let begin = time.wall() - (file.isEmpty ? Self.history : 0)
        var number = 0
        while true {
            var text: [UInt8] = []
            var count = 0
            let now = time.wall()
            while count < Self.portion, begin + script.offset(of: number) <= now {
                text += SampleStamp.text(begin + script.offset(of: number)) + script.rest(of: number)
                text.append(UInt8(ascii: "\n"))
                number += 1
                count += 1
            }
            try file.write(text)
            if count < Self.portion { try await time.sleep(.milliseconds(50)) }
        }
    }
}

/// Stamps of sample lines.
enum SampleStamp {
    /// `2026-03-05T04:07:09.123456+00:00`
    ///
    /// - Parameter time: microseconds since 1970 UTC.
    static func text(_ time: Int64) -> [UInt8] {
        var seconds = time_t(time / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func digits(_ value: Int, _ width: Int) -> [UInt8] {
            let text = Array(String(value).utf8)
            return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - text.count)) + text
        }
        let date = digits(Int(parts.tm_year) + 1900, 4) + "-".utf8 + digits(Int(parts.tm_mon) + 1, 2) + "-".utf8
        let day = digits(Int(parts.tm_mday), 2) + "T".utf8 + digits(Int(parts.tm_hour), 2) + ":".utf8
        let clock = digits(Int(parts.tm_min), 2) + ":".utf8 + digits(Int(parts.tm_sec), 2) + ".".utf8
        return date + day + clock + digits(Int(time % 1_000_000), 6) + "+00:00".utf8
    }
}
