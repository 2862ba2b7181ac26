import Foundation
import LogGenerator

/// A moment at which a command of Mailmill's is killed with SIGKILL.
enum KillPoint: Sendable, CustomStringConvertible {
    /// At the nth call of a system call's name, by strace; the programs that the command starts are not followed.
    case call(String, Int)
    /// After a part of the time that it takes, together with the upgrade's own process.
    case part(Double)

    /// What changes something that lasts: files, processes, and what is sent to the database.
    private static let calls =
        "/^(rename|unlink|rmdir|mkdir|link|symlink|fchmod|chmod|fchown|chown|ftruncate|fsync|fdatasync|vfork|fork|clone|sendto|pwrite)"

    var description: String {
        switch self {
        case .call(let name, let number): "call \(number) of \(name)"
        case .part(let part): "after \(Int(part * 100)) % of its time"
        }
    }

    /// Runs a command undisturbed and tells all the moments at which it can be killed.
    static func all(of arguments: [String], _ mailmill: Installation) async throws -> [KillPoint] {
        let trace = "\(mailmill.folder.path)/trace-\(UUID().uuidString)"
        let words = ["/usr/bin/strace", "-D", "-f", "-b", "execve", "-q", "-o", trace, "-e", "trace=\(calls)"]
        let program = try mailmill.begin(arguments, through: words)
        guard try await program.finish(within: .seconds(180)) == .status(0) else {
            throw TestFailure("undisturbed, `\(program.name)`: \(program.errors)")
        }
        let text = try await eventually("the end of the trace") { () -> String? in
            let text = try String(contentsOfFile: trace, encoding: .utf8)
            return text.contains("\(program.pid) +++ exited") || text.contains("\(program.pid)  +++ exited")
                ? text : nil
        }
        try FileManager.default.removeItem(atPath: trace)
        // strace counts for each thread by itself.
        var counts: [String: [String: Int]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let end = words[1].firstIndex(of: "("), !words[1].hasPrefix("<") else { continue }
            let name = words[1][..<end].trimmingCharacters(in: .whitespaces)
            counts[name, default: [:]][String(words[0]), default: 0] += 1
        }
        return counts.sorted { $0.key < $1.key }.flatMap { name, threads in
            (1...(threads.values.max() ?? 1)).map { .call(name, $0) }
        }
    }

    /// Moments spread over the time that a command takes.
    static func parts(_ number: Int) -> [KillPoint] { (1...number).map { .part(Double($0) / Double(number + 1)) } }

    /// What `upgrade status` tells of the process at work.
    private struct Work: Decodable {
        var pid: pid_t?
    }

    /// Runs a command until then.
    ///
    /// - Parameter duration: how long it takes undisturbed.
    func kill(_ arguments: [String], _ mailmill: Installation, duration: Duration) async throws {
        switch self {
        case .call(let name, let number):
            let inject = ["-e", "trace=\(name)", "-e", "inject=\(name):signal=SIGKILL:when=\(number)"]
            let words = ["/usr/bin/strace", "-D", "-f", "-b", "execve", "-qq", "-o", "/dev/null"] + inject
            let program = try mailmill.begin(arguments, through: words)
            // One whose threads made fewer calls this time ends well.
            let ending = try await program.finish(within: .seconds(180))
            guard ending == .signal(SIGKILL) || ending == .status(0) else {
                throw TestFailure("to be killed at \(self), `\(program.name)` ended by itself: \(program.errors)")
            }
        case .part(let part):
            let clock = ContinuousClock()
            let moment = clock.now + duration * part
            let program = try mailmill.begin(arguments)
            try await eventually("\(self)", within: .seconds(180), every: .milliseconds(2)) {
                clock.now > moment || program.ending != nil
            }
            let text = try await mailmill.output(["upgrade", "status", "--format", "json"])
            if let pid = try JSONDecoder().decode(Work.self, from: Data(text.utf8)).pid { Glibc.kill(pid, SIGKILL) }
            program.signal(SIGKILL)
            try await program.finish()
        }
    }
}

/// How many of the moments are tried: two of each command, by chance; all of them where `MAILMILL_TEST_KILLS=all`; so many
/// where it is a number.
enum KillPointSample {
    static func of(_ points: [KillPoint], _ random: inout SeededRandom) -> [KillPoint] {
        let wanted = ProcessInfo.processInfo.environment["MAILMILL_TEST_KILLS"]
        if wanted == "all" { return points }
        let number = wanted.flatMap { Int($0) } ?? 2
        return Array(points.shuffled(using: &random).prefix(number))
    }
}
