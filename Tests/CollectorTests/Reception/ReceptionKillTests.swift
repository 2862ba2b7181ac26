import CollectorFixtures
import Foundation
import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import Collector

/// The real process is killed at random moments while it receives.
@Suite(.serialized) struct ReceptionKillTests {
    static let rounds = 12

    @Test(arguments: ["tcp:127.0.0.1:0", "unix-stream:"])
    func whatWasAcknowledgedCountsOnceHoweverOftenTheReceiverIsKilled(way: String) async throws {
        var random = SeededRandom(seed: 1)
        let shop = try Workshop()
        let socket = shop.path("socket").string
        let address = way.hasPrefix("unix") ? way + socket : way
        let journal = JournalFile(shop.path("journal"))
        let sent = SentLines()
        for _ in 0..<Self.rounds {
            let probe = try ReceivingProbe(shop, "syslog", address)
            let port = try await probe.port
            let lifetime = Duration.milliseconds(Int.random(in: 5...250, using: &random))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await onThread {
                            while true {
                                let numbers = sent.next(50)
                                guard let sender = try? port.map(SyslogSender.init(port:)) ?? SyslogSender(path: socket)
                                else { return }
                                guard sender.send(LogLine.text(numbers)) else { return }
                                sent.acknowledge(numbers)
                            }
                        }
                    }
                }
                group.addTask {
                    // The moment of the kill, not a wait for anything.
                    try? await Task.sleep(for: lifetime)
                    await onThread { probe.kill() }
                }
            }
        }
        let probe = try ReceivingProbe(shop, "syslog", address)
        _ = try await probe.port
        let wanted = sent.acknowledged.flatMap { $0.map { LogLine.id($0) } }
        #expect(wanted.count > 1000)
        try await eventually("all \(wanted.count) acknowledged lines are counted") {
            let counted = try journal.count().messages
            return wanted.allSatisfy { counted[$0] != nil }
        }
        probe.kill()
        let (messages, unread) = try journal.count()
        #expect(messages.values.count { $0 != 1 } == 0, "of \(messages.count) lines")
        #expect(unread == 0)
    }

    @Test func datagramsThatWereMadeSafeCountOnceHoweverOftenTheReceiverIsKilled() async throws {
        var random = SeededRandom(seed: 3)
        let shop = try Workshop()
        let journal = JournalFile(shop.path("journal"))
        var next = 0
        for _ in 0..<Self.rounds {
            let probe = try ReceivingProbe(shop, "syslog", "udp:127.0.0.1:0")
            let sender = try DatagramSender(port: try #require(try await probe.port))
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 5...250, using: &random))
            while ContinuousClock.now < end {
                for number in next..<next + 20 { sender.send(LogLine.text(number)) }
                next += 20
                // The pace of the load, not a wait for anything: a flood is taken in parts of four mebibytes.
                try await Task.sleep(for: .milliseconds(1))
            }
            probe.kill()
        }
        // Nobody is told what was received: at most once is all that UDP can give, and the spool decides.
        let safe = Set(try shop.spooledText().split(separator: "\n").map(String.init))
        #expect(safe.count > 500)
        let probe = try ReceivingProbe(shop, "syslog", "udp:127.0.0.1:0")
        _ = try await probe.port
        try await eventually("all \(safe.count) are counted") { try journal.count().messages.count >= safe.count }
        probe.kill()
        let (messages, unread) = try journal.count()
        #expect(messages.count == safe.count)
        #expect(messages.values.allSatisfy { $0 == 1 })
        #expect(unread == 0)
    }

    @Test func whatStandardInputGaveBeforeTheEndIsCountedOnce() async throws {
        let shop = try Workshop()
        let journal = JournalFile(shop.path("journal"))
        let probe = try ReceivingProbe(shop, "stdin", input: Pipe())
        for part in 0..<50 { probe.write(LogLine.text(part * 100..<part * 100 + 100)) }
        probe.write(String(LogLine.text(5000).dropLast()))
        #expect(await onThread { probe.finish() } == 0)
        let (messages, unread) = try journal.count()
        #expect(messages.count == 5001)
        #expect(messages.values.allSatisfy { $0 == 1 })
        #expect(unread == 0)
    }

    @Test func whatStandardInputGaveIsCountedOnceThoughItsReaderIsKilled() async throws {
        var random = SeededRandom(seed: 4)
        let shop = try Workshop()
        let journal = JournalFile(shop.path("journal"))
        var next = 0
        for _ in 0..<Self.rounds {
            let probe = try ReceivingProbe(shop, "stdin", input: Pipe())
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 5...150, using: &random))
            while ContinuousClock.now < end {
                probe.write(LogLine.text(next..<next + 20))
                next += 20
            }
            probe.kill()
        }
        let safe = Set(try shop.spooledText().split(separator: "\n").map(String.init))
        let probe = try ReceivingProbe(shop, "stdin", input: Pipe())
        probe.write(LogLine.text(next))
        #expect(await onThread { probe.finish() } == 0)
        let (messages, unread) = try journal.count()
        #expect(messages.count == safe.count + 1)
        #expect(messages.values.allSatisfy { $0 == 1 })
        #expect(unread == 0)
    }
}

/// Lines that several senders share, and which of them were acknowledged.
final class SentLines: Sendable {
    private let content = Mutex<(next: Int, acknowledged: [Range<Int>])>((0, []))

    func next(_ count: Int) -> Range<Int> {
        content.withLock { content in
            defer { content.next += count }
            return content.next..<content.next + count
        }
    }

    func acknowledge(_ numbers: Range<Int>) {
        content.withLock { $0.acknowledged.append(numbers) }
    }

    var acknowledged: [Range<Int>] { content.withLock { $0.acknowledged } }
}

/// The probe as a process that receives.
final class ReceivingProbe: Sendable {
    private let process: Mutex<Process>
    private let output = Pipe()
    private let input: Pipe?

    /// - Parameter death: the system call at which it is killed, by strace's words; nil for none.
    init(_ shop: Workshop, _ way: String..., input: Pipe? = nil, death: (call: String, number: Int)? = nil) throws {
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        let probe = build.appendingPathComponent("collector-probe")
        let arguments = way + [shop.spool.string, shop.path("journal").string]
        if let death {
            // The process is the probe's own (`-D`).
            process.executableURL = URL(fileURLWithPath: "/usr/bin/strace")
            let inject = "inject=\(death.call):signal=SIGKILL:when=\(death.number)"
            let strace = ["-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(death.call)", "-e", inject]
            process.arguments = strace + [probe.path] + arguments
        } else {
            process.executableURL = probe
            process.arguments = arguments
        }
        process.standardError = FileHandle.nullDevice
        process.standardOutput = output
        if let input { process.standardInput = input }
        try process.run()
        // The probe alone holds the end that is read.
        try input?.fileHandleForReading.close()
        self.input = input
        self.process = Mutex(process)
    }

    /// Where it listens, once it does; nil where that is a path.
    var port: UInt16? {
        get async throws {
            let handle = output.fileHandleForReading
            let line = await onThread { String(decoding: handle.availableData, as: UTF8.self) }
            try #require(line.hasSuffix("\n"))
            return UInt16(line.trimmingCharacters(in: .newlines))
        }
    }

    /// Whether it listens; false if it has ended before.
    func listens() async -> (port: UInt16?, isListening: Bool) {
        let handle = output.fileHandleForReading
        let line = await onThread { String(decoding: handle.availableData, as: UTF8.self) }
        return (UInt16(line.trimmingCharacters(in: .newlines)), line.hasSuffix("\n"))
    }

    /// By the kernel's word: Foundation hears of an end later.
    var isRunning: Bool {
        let pid = process.withLock { $0.processIdentifier }
        // Without its file it is gone.
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? "State:\tX"
        return !status.contains("State:\tZ") && !status.contains("State:\tX")
    }

    /// A broken pipe is no error here: the probe may be gone.
    func write(_ text: String) {
        signal(SIGPIPE, SIG_IGN)
        try? input?.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    func kill() {
        process.withLock { process in
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? input?.fileHandleForWriting.close()
    }

    /// Ends its input and waits for its end.
    func finish() -> Int32 {
        try? input?.fileHandleForWriting.close()
        return process.withLock { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }
}

/// A sender of syslog over UDP.
final class DatagramSender {
    private let socket: Int32

    init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Errno(rawValue: errno) }
    }

    /// - Parameter path: of a Unix socket.
    init(path: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        close(socket)
    }

    /// Whether the kernel took it; it waits for no room.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(socket, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            == bytes.count
    }
}
