import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// The real process meets its end at a system call that makes safe what it receives, or takes it: by strace.
@Suite(.serialized) struct ReceptionCallTests {
    /// In turn the first call of a kind, the second, the third.
    static let deaths: [(call: String, number: Int)] = (1...3).flatMap { number in
        (SystemCallTests.calls + ["/^recv"]).map { (call: $0, number: number) }
    }

    @Test func whatWasAcknowledgedOverTCPCountsOnceWhateverCallItDiesAt() async throws {
        let shop = try Workshop()
        let sent = SentLines()
        var died = 0
        for death in Self.deaths {
            let probe = try ReceivingProbe(shop, "syslog", "tcp:127.0.0.1:0", death: death)
            if let port = await probe.listens().port {
                await onThread {
                    for _ in 0..<10 {
                        let numbers = sent.next(20)
                        guard let sender = try? SyslogSender(port: port), sender.send(LogLine.text(numbers)) else {
                            return
                        }
                        sent.acknowledge(numbers)
                    }
                }
            }
            if !probe.isRunning { died += 1 }
            probe.kill()
        }
        #expect(died >= Self.deaths.count / 8, "died at that many calls")
        let probe = try ReceivingProbe(shop, "syslog", "tcp:127.0.0.1:0")
        _ = await probe.listens()
        let wanted = sent.acknowledged.flatMap { $0.map { LogLine.id($0) } }
        #expect(wanted.count > 500)
        try await expectCounted(shop, "all \(wanted.count) acknowledged lines") { counted in
            wanted.allSatisfy { counted[$0] != nil }
        }
        probe.kill()
    }

    @Test func datagramsThatWereMadeSafeCountOnceWhateverCallItDiesAt() async throws {
        let shop = try Workshop()
        let address = "unix:\(shop.path("socket"))"
        var next = 0
        var died = 0
        for death in Self.deaths {
            let probe = try ReceivingProbe(shop, "syslog", address, death: death)
            if await probe.listens().isListening, let sender = try? DatagramSender(path: shop.path("socket").string) {
                for _ in 0..<120 where probe.isRunning {
                    for number in next..<next + 5 { sender.send(LogLine.text(number)) }
                    next += 5
                    // The pace of the load, not a wait for anything.
                    try await Task.sleep(for: .milliseconds(2))
                }
            }
            if !probe.isRunning { died += 1 }
            probe.kill()
        }
        #expect(died >= Self.deaths.count / 8, "died at that many calls")
        // Nobody is told what was received: the spool decides.
        let safe = Set(try shop.spooledText().split(separator: "\n").map(String.init))
        #expect(safe.count > 100)
        let probe = try ReceivingProbe(shop, "syslog", address)
        _ = await probe.listens()
        try await expectCounted(shop, "all \(safe.count) lines") { $0.count >= safe.count }
        #expect(try JournalFile(shop.path("journal")).count().messages.count == safe.count)
        probe.kill()
    }

    @Test func whatStandardInputGaveCountsOnceWhateverCallItsReaderDiesAt() async throws {
        let shop = try Workshop()
        var next = 0
        var died = 0
        for death in Self.deaths where death.call != "/^recv" {
            let probe = try ReceivingProbe(shop, "stdin", input: Pipe(), death: death)
            for _ in 0..<120 where probe.isRunning {
                probe.write(LogLine.text(next..<next + 5))
                next += 5
                // The pace of the load, not a wait for anything.
                try await Task.sleep(for: .milliseconds(2))
            }
            if !probe.isRunning { died += 1 }
            probe.kill()
        }
        #expect(died >= Self.deaths.count / 8, "died at that many calls")
        let safe = Set(try shop.spooledText().split(separator: "\n").map(String.init))
        #expect(safe.count > 100)
        let probe = try ReceivingProbe(shop, "stdin", input: Pipe())
        probe.write(LogLine.text(next))
        #expect(await onThread { probe.finish() } == 0)
        try await expectCounted(shop, "all \(safe.count) lines and one") { $0.count == safe.count + 1 }
    }

    /// Waits until what is counted is enough, and expects that all of it is counted once.
    private func expectCounted(
        _ shop: Workshop,
        _ what: String,
        _ isEnough: ([String: Int]) -> Bool
    ) async throws {
        let journal = JournalFile(shop.path("journal"))
        try await eventually("\(what) are counted") { isEnough(try journal.count().messages) }
        let (messages, unread) = try journal.count()
        let wrong = Set(messages.filter { $0.value != 1 }.keys)
        let commits = try journal.commits(of: wrong)
        #expect(wrong.isEmpty, "\(commits)")
        #expect(unread == 0)
    }
}
