import Foundation
import PostgresClient
import Synchronization
import SystemPackage
import Testing

@testable import PostgresServer

/// A folder of a test's own, with a server in it, gone afterwards. As root the server runs as a system account made for
/// tests, otherwise as whoever runs them.
struct Scratch: Sendable {
    static let isRoot = geteuid() == 0
    private static let counter = Mutex(0)

    let folder: FilePath
    var root: FilePath { folder.appending("root") }

    init() throws {
        let number = Self.counter.withLock { counter in
            counter += 1
            return counter
        }
        folder = ScratchMemory.parent.appending("mmt-\(getpid())-\(number)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        chmod(folder.string, 0o755)
        if !Self.isRoot { return }
        let account = try Self.account()
        chown(folder.string, account.userID, account.groupID)
    }

    /// The account that servers of tests run as.
    static func account() throws -> ServiceAccount {
        isRoot ? try ServiceAccount.ensure(name: "mailmill-test").account : try ServiceAccount.current()
    }

    func settings(_ change: (inout ServerSettings) -> Void = { _ in }) throws -> ServerSettings {
        var settings = ServerSettings(root: root, account: try Self.account().name, ballast: .zero)
        // Processes of their own have no probe of the tests.
        if ScratchMemory.isUsed { settings.allowedFileSystems = ["tmpfs"] }
        change(&settings)
        return settings
    }

    func server(
        fileSystems: any FileSystemProbe = ScratchMemory(),
        _ change: (inout ServerSettings) -> Void = { _ in }
    ) throws -> DatabaseServer {
        DatabaseServer(settings: try settings(change), launcher: try Self.launcher(), fileSystems: fileSystems)
    }

    /// What lies in the root folder, but for the note that memory was accepted.
    func rootNames() throws -> [String]? {
        try FileTree.names(in: root)?.filter { $0 != "file-system-overrides" }
    }

    /// The launcher of the tests, built beside them.
    static func launcher() throws -> LauncherCommand {
        LauncherCommand(executable: try program(), arguments: [])
    }

    static func program() throws -> FilePath {
        let path = FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return path.removingLastComponent().appending("server-launcher")
    }

    /// A cluster made once a run is copied; making one takes far longer.
    func installCluster() async throws {
        let template = try await Self.template.value
        try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: false)
        if Self.isRoot {
            let account = try Self.account()
            chown(root.string, account.userID, account.groupID)
        }
        let source = template.root.appending("cluster").string
        let run = try await command("/bin/cp", ["-a", "--sparse=always", source, root.string])
        try #require(run.status.succeeded, "\(run.errors)")
    }

    private static let template = Task { () -> Scratch in
        let scratch = try Scratch()
        let server = try scratch.server()
        _ = try await server.initialise()
        // An operator's own part, as small as a server starts with: an eighth of the machine's memory is for work.
        try server.cluster.localConfiguration.append("shared_buffers = 16MB\n")
        let path = scratch.folder.string
        templatePath.withLock { $0 = path }
        atexit { templatePath.withLock { _ = try? FileManager.default.removeItem(atPath: $0) } }
        return scratch
    }

    private static let templatePath = Mutex("")
}

/// Runs `body` with a scratch folder and clears away what it leaves, servers included.
///
/// A few at a time: each has a server, and on two processors many at once would only wait for each other.
func withScratch(cluster: Bool = true, _ body: (Scratch) async throws -> Void) async throws {
    await Turnstile.shared.enter()
    do {
        try await withScratchBesides(cluster: cluster, body)
    } catch {
        await Turnstile.shared.leave()
        throw error
    }
    await Turnstile.shared.leave()
}

/// The same for a second folder, of a test that is in already.
func withScratchBesides(cluster: Bool = true, _ body: (Scratch) async throws -> Void) async throws {
    let scratch = try Scratch()
    do {
        if cluster { try await scratch.installCluster() }
        try await body(scratch)
    } catch {
        await clear(scratch)
        throw error
    }
    await clear(scratch)
}

/// Lets a few in at a time.
private actor Turnstile {
    static let shared = Turnstile()
    private var free = 4
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard waiting.isEmpty else {
            waiting.removeFirst().resume()
            return
        }
        free += 1
    }
}

private func clear(_ scratch: Scratch) async {
    // A test that failed may have left anything; what matters is that nothing runs on.
    _ = try? await scratch.server().stop(.immediate, limit: .seconds(10))
    _ = try? await command("/bin/umount", ["-l", scratch.folder.appending("mount").string])
    _ = try? FileManager.default.removeItem(atPath: scratch.folder.string)
}

/// Runs a program to its end.
func command(_ executable: FilePath, _ arguments: [String]) async throws -> ToolRun {
    try await BlockingWork.run { try ToolRun.run(executable, arguments) }
}

/// Makes a program of the shell. Another process writes it: a file that we had open for writing while some thread forks
/// could not be executed ("text file busy").
func makeScript(_ path: FilePath, _ lines: String) throws {
    let run = try ToolRun.run(
        "/bin/sh",
        ["-c", "printf '%s\n' \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", "#!/bin/sh\n\(lines)", path.string]
    )
    try #require(run.status.succeeded, "\(run.errors)")
}

/// Waits for a condition, and fails the test when it does not come.
func eventually(
    within limit: Duration = .seconds(20),
    _ what: Comment,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock().now.advanced(by: limit)
    while ContinuousClock().now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(what)
    throw CancellationError()
}

extension DatabaseServer {
    /// One text from a query.
    func text(_ query: String, as role: DatabaseRole = .superuser, database: String = "mailmill") async throws -> String
    {
        let connection = try await Connection.connect(connectionSettings(as: role, database: database))
        return try await connection.query("SELECT (\(query))::text AS value").one().get("value")
    }

    func run(_ script: String, as role: DatabaseRole = .superuser, database: String = "mailmill") async throws {
        let connection = try await Connection.connect(connectionSettings(as: role, database: database))
        try await connection.run(script)
    }
}

extension FilePath {
    func write(_ text: String) throws { try text.write(toFile: string, atomically: false, encoding: .utf8) }
    func append(_ text: String) throws { try write(try self.text(default: "") + text) }
    func text(default other: String? = nil) throws -> String {
        do {
            return try String(contentsOfFile: string, encoding: .utf8)
        } catch {
            if let other { return other }
            throw error
        }
    }
}
