import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

@Suite struct HookReceiverTests {
    static func record(_ number: Int) -> String {
        """
        {"type":"Delivery","id":"\(LogLine.id(number))","sender":"a@example.net","recipient":"ann@example.org",\
        "queue":"example.org","size":100,"response":{"code":250,"enhanced_code":null,"content":"OK","command":null},\
        "timestamp":1772680029,"created":1772680001,"num_attempts":0,"egress_source":"ip7"}
        """
    }

    static func records(_ numbers: Range<Int>) -> String {
        "[" + numbers.map { record($0) }.joined(separator: ",\n") + "]"
    }

    @Test func recordsAreCountedHoweverTheyCome() async throws {
        let shop = try Workshop()
        let spool = shop.reception(.kumomta)
        let collector = shop.start(spool)
        let hook = HookReceiver(spool: spool, limit: 1 << 20)
        #expect(await hook.receive(Array(Self.record(0).utf8), coding: .identity, id: nil) == .received(.stored))
        #expect(await hook.receive(Array(Self.records(1..<100).utf8), coding: .identity, id: nil) == .received(.stored))
        try shop.append(Self.records(100..<900), to: shop.path("body"))
        #expect(try shop.run("/usr/bin/gzip", shop.path("body").string) == 0)
        let body = Array(try Data(contentsOf: URL(fileURLWithPath: shop.path("body.gz").string)))
        #expect(await hook.receive(body, coding: .gzip, id: nil) == .received(.stored))
        #expect(await hook.receive(body, coding: .gzip, id: nil) == .received(.known))
        try await shop.expectCounted(900)
        #expect(shop.database.quarantined.isEmpty)
        try await collector.kill()
    }

    @Test func aBatchIsKnownByItsIdWhateverItsBytes() async throws {
        let shop = try Workshop()
        let hook = HookReceiver(spool: shop.reception(.kumomta), limit: 1 << 20)
        let body = Array(Self.record(0).utf8)
        #expect(await hook.receive(body, coding: .identity, id: "one") == .received(.stored))
        #expect(await hook.receive(body + [0x20], coding: .identity, id: "one") == .received(.known))
        #expect(await hook.receive(body, coding: .identity, id: "two") == .received(.stored))
    }

    @Test(arguments: ["[]", "", "[ ]"])
    func aPingIsNothingToCount(body: String) async throws {
        let shop = try Workshop()
        let hook = HookReceiver(spool: shop.reception(.momentumJSON), limit: 1 << 20)
        for _ in 0..<2 {
            #expect(await hook.receive(Array(body.utf8), coding: .identity, id: "ping") == .received(.stored))
        }
        #expect(try shop.segments().isEmpty)
    }

    @Test func whatIsNoJSONIsInQuarantine() async throws {
        let shop = try Workshop()
        let spool = shop.reception(.momentumJSON)
        let collector = shop.start(spool)
        let hook = HookReceiver(spool: spool, limit: 1 << 20)
        #expect(await hook.receive(Array("<html>\n".utf8), coding: .identity, id: nil) == .received(.stored))
        try await eventually("it is put aside") { shop.database.quarantined == ["<html> "] }
        try await collector.kill()
    }

    @Test func whatDoesNotDecompressOrIsTooLargeIsRefused() async throws {
        let shop = try Workshop()
        let hook = HookReceiver(spool: shop.reception(.kumomta), limit: 10_000)
        try shop.append(String(repeating: " ", count: 100_000) + Self.record(0), to: shop.path("body"))
        #expect(try shop.run("/usr/bin/gzip", shop.path("body").string) == 0)
        let body = Array(try Data(contentsOf: URL(fileURLWithPath: shop.path("body.gz").string)))
        #expect(await hook.receive(body, coding: .gzip, id: nil) == .tooLarge(limit: 10_000))
        let small = HookReceiver(spool: shop.reception(.kumomta), limit: 1 << 20)
        for broken in [Array(body.dropLast(20)), [0x1f, 0x8b, 8, 0, 1, 2, 3], Array("{}".utf8)] {
            guard case .damaged = await small.receive(broken, coding: .gzip, id: nil) else {
                Issue.record("\(broken.count) bytes were taken")
                continue
            }
        }
        #expect(try shop.segments().isEmpty)
    }
}
