import Foundation
import Synchronization

/// Mailmill set up in a test's folder: its settings file, and commands as a person types them.
final class Installation: Sendable {
    let folder: TestFolder
    let consolePort: Int
    /// The settings file.
    let settings: String
    private let serving = Mutex<[Program]>([])

    /// Root folder of the database.
    let directory: String
    /// Where its commands run; nil for this machine.
    let host: Host?

    /// - Parameters:
    ///   - roles: of `serve`, unless it is told others.
    ///   - collect: items of the list `collect`, as they stand in the file.
    ///   - database: further settings of the database, each with a comma before it.
    ///   - directory: root folder of the database, where a test has several; names the settings file as well.
    ///   - more: further lines of the settings.
    ///   - host: where its commands run; nil for this machine.
    init(
        in folder: TestFolder,
        collect: [String],
        database: String = "",
        directory: String? = nil,
        more: String = "",
        on host: Host? = nil
    ) throws {
        self.folder = folder
        self.host = host
        self.directory = directory ?? "\(folder.path)/db"
        consolePort = try Port.free()
        let accepted = folder.isInMemory ? ", allow_file_systems: [tmpfs]" : ""
        let items = collect.map { "\n  - \($0)" }.joined()
        settings = try folder.file(
            directory.map { "\($0.split(separator: "/").last ?? "mailmill").yaml" } ?? "mailmill.yaml",
            """
            roles: [database, manager, web, collector]
            database: {directory: \(self.directory), stop_with_serve: stop, ballast: 1MiB\(accepted)\(database)}
            console: {listen: "127.0.0.1:\(consolePort)"}
            collect: \(collect.isEmpty ? "[]" : items)
            \(more)

            """
        )
    }

    /// A log of the item list: `{format: postfix, path: …, node: mx1}`.
    static func file(_ path: String, format: String = "postfix", node: String = "mx1", more: String = "queue: false")
        -> String
    {
        "{format: \(format), path: \(path), node: \(node), \(more)}"
    }

    // MARK: - Commands

    /// Starts a command, with the settings file.
    ///
    /// - Parameters:
    ///   - input: file for standard input.
    ///   - wrapper: a program and arguments that run it, such as strace.
    func begin(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "/dev/null",
        through wrapper: [String] = []
    ) throws -> Program {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        let all = words + ["--config", settings] + arguments.dropFirst(words.count)
        let line = (host?.entering ?? []) + wrapper + [try MailmillBinary.path()] + all
        return try Program(line[0], Array(line.dropFirst()), in: folder, environment: environment, input: input)
    }

    /// Runs a command to its end, whatever that is.
    func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Program {
        let program = try begin(arguments, environment: environment)
        try await program.finish()
        return program
    }

    /// The same, with the words in one list.
    func run(_ arguments: [String]) async throws -> Program {
        let program = try begin(arguments)
        try await program.finish(within: .seconds(180))
        return program
    }

    /// Runs a command that must succeed, and gives what it printed.
    @discardableResult
    func output(_ arguments: [String]) async throws -> String {
        let program = try begin(arguments)
        let ending = try await program.finish(within: .seconds(180))
        defer { program.forget() }
        guard ending == .status(0) else {
            if let dead = serving.withLock({ $0.first { $0.endedByItself } }) {
                throw TestFailure("`\(dead.name)` ended by itself: \(dead.errors.suffix(800))")
            }
            throw TestTrouble("`\(program.name)`: \(ending), \(program.errors)")
        }
        return program.output
    }

    /// Starts `serve` with some roles.
    @discardableResult
    func serve(
        _ roles: [String] = ["database", "manager", "web", "collector"],
        environment: [String: String] = [:]
    ) throws -> Program {
        let program = try begin(
            ["serve", "--set", "roles=" + roles.joined(separator: ",")],
            environment: environment
        )
        serving.withLock { $0.append(program) }
        return program
    }

    /// Starts `serve` with the role `collector`, which is killed at a system call: by strace, whose process is the
    /// collector's own (`-D`).
    ///
    /// - Parameters:
    ///   - call: by strace's names; `/` begins an expression.
    ///   - number: at the how manieth.
    func serveCollector(dyingAt call: String, _ number: Int) throws -> Program {
        let inject = "inject=\(call):signal=SIGKILL:when=\(number)"
        return try Program(
            "/usr/bin/strace",
            ["-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", inject, try MailmillBinary.path()]
                + ["serve", "--config", settings, "--set", "roles=collector"],
            in: folder
        )
    }

    /// Starts the database in a `serve` of its own, as on a host for it alone, and waits until reports are answered.
    @discardableResult
    func serveDatabase(_ roles: [String] = ["database", "manager"]) async throws -> Program {
        if !FileManager.default.fileExists(atPath: directory) {
            try await PreparedDatabase.copy(to: directory, in: folder)
        }
        let program = try serve(roles)
        try await waitUntilAnswering()
        return program
    }

    /// Waits until the schema is there and reports are answered.
    func waitUntilAnswering() async throws {
        _ = try await eventually("an answer from the database", every: .milliseconds(200)) { try await sources() }
    }

    // MARK: - What it says

    /// Events that the logs have told, of whatever time.
    func report(_ more: String...) async throws -> TrafficReport {
        let text = try await output(
            ["report", "traffic", "--from", "2020-01-01", "--to", "2100-01-01", "--format", "json"] + more
        )
        return try JSONDecoder().decode(TrafficReport.self, from: Data(text.utf8))
    }

    func sources() async throws -> [SourceReport] {
        let text = try await output(["collect", "status", "--format", "json"])
        return try JSONDecoder().decode([SourceReport].self, from: Data(text.utf8))
    }

    /// Rows of a query, as the role that reads reports; columns parted by `|`.
    func rows(_ query: String, role: String = "report") async throws -> [String] {
        let text = try await output(
            ["database", "psql", "--role", role, "--", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", query]
        )
        return text.split(separator: "\n").map(String.init)
    }

    /// What `/healthz` answers; nil if nobody listens.
    func health() async throws -> WebAnswer? {
        try await WebAnswer.get("http://127.0.0.1:\(consolePort)/healthz", in: folder)
    }

    /// The postmaster's process, if it runs: from PostgreSQL's own PID file.
    func postmaster() throws -> pid_t? {
        // Neither the folder nor the file needs to be there.
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        guard let file = names.first(where: { $0.hasSuffix("postmaster.pid") }),
            let text = try? String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8),
            let pid = text.split(separator: "\n").first.flatMap({ pid_t($0) }),
            ProcessTable.entries(inside: directory).contains(ProcessTable.Entry(pid: pid, name: "postgres"))
        else { return nil }
        return pid
    }
}
