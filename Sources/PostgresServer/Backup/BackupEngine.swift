internal import Glibc
internal import SystemPackage

/// pgBackRest, as the account: runs a command and turns its endings into errors of ours.
struct BackupEngine: Sendable {
    let program: FilePath
    let configuration: FilePath

    /// Its ending when another of its processes holds the lock (pgBackRest, `src/build/error/error.yaml`: LockAcquire).
    private static let lockHeld: Int32 = 50
    /// Workers of a backup that was killed hold the lock for a moment more.
    private static let lockPatience: Duration = .seconds(40)

    init(settings: BackupSettings, layout: BackupLayout) {
        program = settings.engine
        configuration = layout.engineConfiguration
    }

    /// `2.45`
    func version() throws -> String {
        guard (try? Stat(program).type) == .regular else { throw BackupError.engineMissing(path: program) }
        let run = try ToolRun.run(program, ["version"])
        return run.output.split(separator: " ").last.map(\.trimmed) ?? ""
    }

    /// Runs a command to its end, told of each line that says something.
    /// - Parameter action: what it does, for errors: "take a backup".
    @discardableResult
    func run(
        _ arguments: [String],
        to action: String,
        line heard: (String) -> Void = { _ in }
    ) throws -> [String] {
        guard (try? Stat(program).type) == .regular else { throw BackupError.engineMissing(path: program) }
        let clock = ContinuousClock()
        let deadline = clock.now + Self.lockPatience
        while true {
            let run = try ToolStream.run(program, fixed("info") + arguments) { line in
                if let said = Self.said(line) { heard(said) }
            }
            if run.status.succeeded { return run.lines }
            guard run.status == .exited(Self.lockHeld) else {
                let errors = run.lines.filter { !$0.contains("INFO: ") }
                throw BackupError.engineFailed(action: action, status: run.status, output: errors)
            }
            guard clock.now < deadline else { throw BackupError.busy(action: action) }
            nanosleep(milliseconds: 500)
        }
    }

    /// What a command prints, such as JSON.
    func output(_ arguments: [String], to action: String) throws -> String {
        guard (try? Stat(program).type) == .regular else { throw BackupError.engineMissing(path: program) }
        let run = try ToolRun.run(program, fixed("off") + arguments)
        guard run.status.succeeded else {
            let lines = (run.errors + run.output).split(separator: "\n").map(String.init)
            throw BackupError.engineFailed(action: action, status: run.status, output: lines)
        }
        return run.output
    }

    private func fixed(_ level: String) -> [String] {
        [
            "--config=\(configuration)", "--stanza=\(ArchiveScript.stanza)", "--log-level-console=\(level)",
            "--log-level-stderr=\(level == "off" ? "error" : "off")",
        ]
    }

    /// What is worth hearing of `P00   INFO: text`: not the command lines, which only repeat the settings.
    private static func said(_ line: String) -> String? {
        guard let mark = line.range(of: ": "), !line.hasPrefix(" ") else { return nil }
        let text = String(line[mark.upperBound...])
        return text.contains("command begin") || text.contains("command end") ? nil : text
    }
}

/// Waits on a thread of one's own.
func nanosleep(milliseconds: Int) {
    usleep(UInt32(milliseconds) * 1000)
}
