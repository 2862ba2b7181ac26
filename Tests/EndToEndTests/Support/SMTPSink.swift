import Foundation

/// Postfix's own smtp-sink: an SMTP server that takes or refuses everything.
struct SMTPSink: Sendable {
    enum Mood: Sendable {
        case accepting
        /// Answers each recipient with 4xx.
        case deferring
        /// Answers each recipient with 5xx.
        case refusing
    }

    let port: Int
    private let program: Program

    /// Starts one, and waits until it listens.
    static func start(_ mood: Mood, in folder: TestFolder) async throws -> SMTPSink {
        let port = try Port.free()
        let user = geteuid() == 0 ? ["-u", "nobody"] : []
        let answers: [String] =
            switch mood {
            case .accepting: []
            case .deferring: ["-r", "RCPT"]
            case .refusing: ["-f", "RCPT"]
            }
        let program = try Program(
            "/usr/sbin/smtp-sink",
            user + answers + ["-4", "-c", "127.0.0.1:\(port)", "256"],
            in: folder
        )
        try await eventually("smtp-sink on port \(port)", every: .milliseconds(20)) {
            if let ending = program.ending { throw TestFailure("smtp-sink: \(ending) \(program.errors)") }
            return Port.isListening(port)
        }
        return SMTPSink(port: port, program: program)
    }
}
