internal import Glibc
package import SystemPackage

/// A program started by posix_spawn(3) in a clean state: default signal dispositions, nothing blocked, the three
/// standard descriptors given, and the environment given. Not for tools whose output is wanted: `ToolRun`.
package struct ChildProcess: Sendable, Equatable {
    package let pid: Int32

    /// Starts it.
    ///
    /// - Parameters:
    ///   - name: what process lists show; the executable's path when nil.
    ///   - arguments: without the program's own name, which is the executable's path.
    ///   - ownSession: the child leads a session of its own, so that a terminal's Ctrl-C and hang-up do not reach it.
    package static func spawn(
        _ executable: FilePath,
        name: String? = nil,
        arguments: [String],
        environment: [String: String],
        input: FileDescriptor,
        output: FileDescriptor,
        errors: FileDescriptor,
        ownSession: Bool
    ) throws -> ChildProcess {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var allSignals = sigset_t()
        sigfillset(&allSignals)
        posix_spawnattr_setsigdefault(&attributes, &allSignals)
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        let newSession: Int32 = ownSession ? 0x80 : 0  // POSIX_SPAWN_SETSID, spawn.h of glibc 2.26
        let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | newSession
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.rawValue, 0)
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.rawValue, 2)

        var pid: pid_t = 0
        let result = CStringArray.with([name ?? executable.string] + arguments) { argumentVector in
            CStringArray.with(environment.map { "\($0.key)=\($0.value)" }) { environmentVector in
                executable.withPlatformString { path in
                    posix_spawn(&pid, path, &actions, &attributes, argumentVector, environmentVector)
                }
            }
        }
        guard result == 0 else {
            throw PostgresServerError.system(action: "run", path: executable, Errno(rawValue: result))
        }
        return ChildProcess(pid: pid)
    }

    /// Waits until the process has ended. To be called once, and off the cooperative pool.
    func wait() -> ExitStatus {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return .exited(-1) }
        }
        return ExitStatus(waitStatus: status)
    }
}

/// Vectors of C strings, as execve(2) takes them.
enum CStringArray {
    typealias Vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    static func with<Value>(_ strings: [String], _ body: (Vector) throws -> Value) rethrows -> Value {
        let vector = Vector.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { (vector + index).initialize(to: strdup(string)) }
        (vector + strings.count).initialize(to: nil)
        defer {
            for index in strings.indices { free(vector[index]) }
            vector.deallocate()
        }
        return try body(vector)
    }
}
