import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// The real process meets its end, or an error, at a system call that writes, renames, cuts or syncs: by strace.
@Suite(.serialized) struct SystemCallTests {
    /// By strace's names; `/` begins an expression, as processors differ in which call a function makes.
    static let calls = ["pwrite64", "fdatasync", "fsync", "/^rename", "/^mkdir", "/^unlink", "ftruncate"]

    @Test(arguments: ["signal=SIGKILL", "error=ENOSPC", "error=EIO"])
    func everyLineIsCountedOnceWhateverCallFails(fault: String) async throws {
        let shop = try Workshop()
        let journal = JournalFile(shop.path("journal"))
        let away = shop.path("journal.away")
        try shop.append(0..<1)
        let first = try start(shop, journal)
        try await eventually("it is followed") { try journal.count().messages.count == 1 }
        first.terminate()
        first.waitUntilExit()
        var next = 1
        var rotations = 0
        var deaths = 0
        for number in 1...2 {
            for call in Self.calls {
                // In turn the spool is written to, and the journal.
                if rotations % 2 == 0 { try shop.append("", to: away) } else { try? shop.remove(away) }
                let process = try start(shop, journal, call, "\(fault):when=\(number)")
                for _ in 0..<3 {
                    try shop.append(next..<next + 40)
                    next += 40
                    rotations += 1
                    try shop.rename(shop.log, shop.path("mail.log.\(rotations)"))
                    // The pace of the load, not a wait for anything.
                    try await Task.sleep(for: .milliseconds(120))
                }
                if !process.isRunning { deaths += 1 }
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
        }
        if fault.hasPrefix("signal") { #expect(deaths >= Self.calls.count / 2, "died at that many calls") }
        try? shop.remove(away)
        let process = try start(shop, journal)
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        try shop.append(next..<next + 1)
        next += 1
        let total = next
        try await eventually("all \(total) lines are counted") { try journal.count().messages.count == total }
        let (messages, unread) = try journal.count()
        let wrong = Set(messages.filter { $0.value != 1 }.keys)
        let commits = try journal.commits(of: wrong)
        #expect(wrong.isEmpty, "\(commits)")
        #expect(unread == 0)
    }

    /// Starts the probe. Its process is the probe's own (`-D`), so that a signal reaches it.
    ///
    /// - Parameters:
    ///   - call: the system calls that fail; nil for none.
    ///   - fault: how, in strace's words.
    private func start(
        _ shop: Workshop,
        _ journal: JournalFile,
        _ call: String? = nil,
        _ fault: String = ""
    ) throws -> Process {
        let process = Process()
        let probe = try KillTests().probe
        let arguments = [shop.log.string, shop.spool.string, journal.path.string]
        if let call {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/strace")
            let strace = ["-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(call):\(fault)"]
            process.arguments = strace + [probe.path] + arguments
        } else {
            process.executableURL = probe
            process.arguments = arguments
        }
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
