internal import Foundation
internal import Glibc
package import SystemPackage

/// The program itself, built beside the benchmark, with a settings file of the benchmark's own.
package struct MailmillProgram: Sendable {
    private let executable: FilePath
    private let settings: FilePath
    private let folder: FilePath

    /// - Parameters:
    ///   - folder: where the settings file goes, and the log of `serve`.
    ///   - yaml: the settings.
    package init(in folder: FilePath, settings yaml: String) throws {
        let own = FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        executable = own.removingLastComponent().appending("mailmill")
        guard FileManager.default.isExecutableFile(atPath: executable.string) else {
            throw Failure(description: "\(executable) is missing: build the product mailmill in the same configuration")
        }
        settings = folder.appending("mailmill.yaml")
        self.folder = folder
        try yaml.write(toFile: settings.string, atomically: true, encoding: .utf8)
    }

    /// Runs a command to its end.
    ///
    /// - Returns: what it printed. Throws if it failed.
    @discardableResult
    package func run(_ arguments: [String], input: String = "") throws -> String {
        let process = process(arguments)
        let (source, output) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try source.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try source.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "mailmill \(arguments.joined(separator: " ")): \(text)")
        }
        return text
    }

    /// Starts `mailmill serve`; it is stopped when the benchmark clears away, or by `stop`.
    package func serve() throws -> ServingProgram { try start(["serve"]) }

    /// Starts a command; it is stopped as `serve` is.
    package func start(_ arguments: [String]) throws -> ServingProgram {
        let log = folder.appending("\(arguments.first ?? "mailmill").log")
        try Data().write(to: URL(fileURLWithPath: log.string))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log.string))
        let process = process(arguments)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
        let serving = ServingProgram(process, log: log)
        CleanUp.add { serving.stop() }
        return serving
    }

    private func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable.string)
        // What stands behind -- is another program's.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        process.arguments = arguments[..<end] + ["--config", settings.string] + arguments[end...]
        return process
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }
}

/// A `mailmill serve`, or another command, that runs.
///
/// `@unchecked Sendable`: Foundation's `Process` may be asked and signalled from any thread; it is started before.
package final class ServingProgram: @unchecked Sendable {
    private let process: Process
    private let log: FilePath

    fileprivate init(_ process: Process, log: FilePath) {
        self.process = process
        self.log = log
    }

    package var pid: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    /// What it has said.
    package var output: String {
        // Without its log it is told by less.
        (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
    }

    /// As a crash of the machine's would.
    package func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    package func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Waits until `condition` holds; throws with the end of the program's log if it ends before, or takes too long.
    package func wait(
        for what: String,
        within limit: Duration = .seconds(60),
        _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard process.isRunning, ContinuousClock.now < deadline else {
                let end = output.split(separator: "\n").suffix(5).joined(separator: "\n")
                throw MailmillProgram.Failure(description: "no \(what) from mailmill; its log ends with\n\(end)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
