import Foundation
import Synchronization

/// A program that a test started, in a process group and a folder of its own; its output goes to files.
final class Program: Sendable {
    enum Ending: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    let name: String
    let pid: pid_t
    let outputPath: String
    let errorPath: String
    private let ended = Mutex<Ending?>(nil)
    private let told = Mutex(false)

    /// Starts it. Nothing of this process but the environment's harmless part reaches it: no descriptors, no signal mask.
    ///
    /// - Parameters:
    ///   - folder: working folder, by which `TestFolder` finds what is left of it.
    ///   - input: file for standard input.
    init(
        _ executable: String,
        _ arguments: [String],
        in folder: TestFolder,
        environment: [String: String] = [:],
        input: String = "/dev/null"
    ) throws {
        name = ([executable.split(separator: "/").last.map(String.init) ?? executable] + arguments)
            .joined(separator: " ")
        (outputPath, errorPath) = folder.outputPaths(for: executable)
        pid = try Self.spawn(
            executable,
            arguments,
            folder: folder.path,
            environment: Self.environment(with: environment),
            descriptors: [(0, input, O_RDONLY), (1, outputPath, Self.writing), (2, errorPath, Self.writing)]
        )
    }

    private static let writing = O_WRONLY | O_CREAT | O_APPEND

    var output: String { Self.text(outputPath) }
    var errors: String { Self.text(errorPath) }

    /// How it ended; nil while it runs.
    var ending: Ending? {
        ended.withLock { ended in
            if ended == nil { ended = Self.reap(pid) }
            return ended
        }
    }

    /// Waits for its end.
    @discardableResult
    func finish(within limit: Duration = .seconds(60)) async throws -> Ending {
        try await eventually("the end of `\(name)`", within: limit, every: .milliseconds(10)) { self.ending }
    }

    /// Whether it ended though nobody told it to.
    var endedByItself: Bool { ending != nil && !told.withLock { $0 } }

    /// Sends a signal to it alone.
    func signal(_ signal: Int32) {
        guard ending == nil else { return }
        told.withLock { $0 = true }
        kill(pid, signal)
    }

    /// Sends a signal to its process group, as a terminal does for Ctrl-C.
    func signalGroup(_ signal: Int32) {
        guard ending == nil else { return }
        told.withLock { $0 = true }
        kill(-pid, signal)
    }

    /// Kills it and all of its process group.
    func destroy() async throws {
        signalGroup(SIGKILL)
        try await finish()
    }

    /// Removes what it wrote: of no use when all went well.
    func forget() {
        // Files that stay are removed with their folder.
        try? FileManager.default.removeItem(atPath: outputPath)
        try? FileManager.default.removeItem(atPath: errorPath)
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func reap(_ pid: pid_t) -> Ending? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
    }

    private static func environment(with more: [String: String]) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        let kept = own.filter { ["PATH", "HOME", "TZ", "LD_LIBRARY_PATH", "USER", "LOGNAME"].contains($0.key) }
        return kept.merging(["LC_ALL": "C.UTF-8"]) { $1 }.merging(more) { $1 }
    }

    private static func spawn(
        _ executable: String,
        _ arguments: [String],
        folder: String,
        environment: [String: String],
        descriptors: [(Int32, String, Int32)]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, path, flags) in descriptors {
            posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o644)
        }
        try SpawnExtras.closeDescriptors(from: 3, &actions)
        try SpawnExtras.changeFolder(to: folder, &actions)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argv = ([executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
        guard code == 0 else {
            throw TestTrouble("\(executable) cannot be started: \(String(cString: strerror(code)))")
        }
        return pid
    }
}
