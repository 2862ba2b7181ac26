internal import Dispatch
internal import Foundation
internal import PostgresServer
internal import Synchronization
package import SystemPackage

/// What every benchmark with a database does around its measuring.
package enum BenchmarkRun {
    /// Describes the machine, makes a folder on a real disk, runs `body`, and clears everything away, also on Ctrl-C.
    /// Ends with status 1 if it could not measure.
    package static func main(_ name: String, _ body: @escaping @Sendable (FilePath) async throws -> Void) -> Never {
        // The database server is started by a program that becomes it: this one, run again. That one closes what it has
        // inherited, and so must come before anything that libdispatch opens.
        if CommandLine.arguments.dropFirst().first == LauncherCommand.hiddenName { ServerLauncher.main() }
        let interruption = Interruption()
        Task { exit(await run(name, body) ? 0 : 1) }
        withExtendedLifetime(interruption) { dispatchMain() }
    }

    private static func run(_ name: String, _ body: (FilePath) async throws -> Void) async -> Bool {
        Machine.describe()
        // Not the temporary folder: that may be memory, which PostgreSQL must not be measured on.
        let folder = FilePath("/var/tmp/mailmill-\(name)-\(getpid())")
        do {
            try makeFolder(folder)
            CleanUp.add { await removeFolder(folder) }
            try await body(folder)
            await CleanUp.run()
            return true
        } catch {
            await CleanUp.run()
            tell("could not measure: \(error)")
            return false
        }
    }

    /// The number given as an argument, or the benchmark's own.
    package static func argument(_ index: Int, default other: Int) -> Int {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard index < arguments.count else { return other }
        return Int(arguments[index].replacing("_", with: "")) ?? other
    }

    private static func makeFolder(_ folder: FilePath) throws {
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        // The server's account has to reach its own folder below.
        guard chmod(folder.string, 0o755) == 0 else { throw Errno(rawValue: errno) }
    }

    /// What was interrupted may still write below it for a moment.
    private static func removeFolder(_ folder: FilePath) async {
        for attempt in 1...10 {
            do {
                return try FileManager.default.removeItem(atPath: folder.string)
            } catch {
                if attempt == 10 { tell("left behind: \(folder) (\(error))") }
            }
            // Only cancelled where nothing is cleared away any more.
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}

/// Says a line at once, also where the output is no terminal.
package func tell(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// What has to be cleared away, the last first; once, and whoever asks later waits for that.
package enum CleanUp {
    private static let steps = Mutex<[@Sendable () async -> Void]>([])
    private static let running = Mutex<Task<Void, Never>?>(nil)

    package static func add(_ step: @escaping @Sendable () async -> Void) {
        steps.withLock { $0.append(step) }
    }

    package static func run() async {
        let task = running.withLock { running in
            let task =
                running
                ?? Task {
                    while let step = steps.withLock({ $0.popLast() }) { await step() }
                }
            running = task
            return task
        }
        await task.value
    }
}

/// Ctrl-C and SIGTERM clear away too.
private struct Interruption {
    private let sources: [any DispatchSourceSignal]

    init() {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                Task {
                    await CleanUp.run()
                    exit(128 + number)
                }
            }
            source.resume()
            return source
        }
    }
}
