import ArgumentParser
import Foundation
import MailEvents

struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Tries a log format on a file: events as JSON lines, unread lines and a summary on standard error.",
        discussion: "Nothing is stored. Exit status 65 if a line could not be read."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file; - is standard input.")
    var file: String
    @Option(help: "The format: \(LogFormat.names). Left out of a file, its first lines tell.")
    var format: LogFormatArgument?
    @Option(help: "Time zone of stamps that carry none (default: this machine's): Europe/Berlin, UTC.")
    var zone: String?
    @Flag(help: "Only the summary.")
    var quiet = false

    func run() async throws {
        let input = try InputFile(file)
        let zone = try ZoneArgument.zone(zone)
        var reader = try format(of: input, zone).reader(
            context: LogFormat.Context(
                fileModifiedAt: input.modifiedAt.microsecondsSince1970,
                zone: LocalZone(zone, years: 1990...2060)
            )
        )
        var printer = EventPrinter(isQuiet: quiet)
        try input.readChunks { chunk, position, isLast in
            let none = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
            var batch = EventBatch(fileID: 0, from: position, fingerprint: none)
            let count = reader.read(chunk, at: position, endsFile: isLast, into: &batch)
            printer.print(batch)
            return count
        }
        Terminal.note(printer.summary)
        if printer.unread > 0 { throw ExitStatus.dataError }
    }

    private func format(of input: InputFile, _ zone: TimeZone) throws -> LogFormat {
        if let format { return format.format }
        let found = try FormatFinding.find(input, zone: zone)
        guard let format = found.format else {
            throw InputError(path: file, problem: "\(found.reason); name its format with --format")
        }
        Terminal.note("\(format.rawValue): \(found.reason)")
        return format
    }
}

/// `--format` of a log.
struct LogFormatArgument: ExpressibleByArgument {
    var format: LogFormat

    init?(argument: String) {
        guard let format = LogFormat(rawValue: argument) else { return nil }
        self.format = format
    }

    static var allValueStrings: [String] { LogFormat.allCases.map(\.rawValue) }
}
