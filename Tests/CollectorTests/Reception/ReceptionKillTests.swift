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

    init(_ shop: Workshop, _ way: String..., input: Pipe? = nil) throws {
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = build.appendingPathComponent("collector-probe")
        process.arguments = way + [shop.spool.string, shop.path("journal").string]
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

    deinit {
        close(socket)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, 0)
    }
}
