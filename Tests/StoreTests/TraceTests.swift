import Foundation
import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Message trace: from what a postmaster is told to the whole life of a message.
@Suite struct TraceTests {
    private let now = Times.now() - Times.hour

    private func find(
        _ database: ScratchDatabase,
        pageSize: Int = 20,
        _ change: (inout TraceQuery) -> Void
    ) async throws -> TracePage {
        let period = Period(from: Times.date(now - 13 * Times.day), to: Times.date(now + 2 * Times.hour))
        var query = TraceQuery(period: period, pageSize: pageSize)
        change(&query)
        return try await Reports(database.pool(.report)).trace(query)
    }

    /// A Postfix message: what each line tells, and no more.
    private func message(_ id: String, at time: Int64, to recipient: String, attempts: Int = 2) -> [TestEvent] {
        var reception = TestEvent(.reception, at: time)
        (reception.messageID, reception.domain, reception.local, reception.sender) = (id, "", "", "")
        (reception.host, reception.address) = ("app1.example.net", "198.51.100.7")
        var envelope = TestEvent(.envelope, at: time + 1000)
        (envelope.messageID, envelope.domain, envelope.local, envelope.size) = (id, "", "", 20480)
        return [reception, envelope]
            + (1...attempts).map { number in
                let isLast = number == attempts
                var event = TestEvent(
                    isLast ? .delivery : .transientFailure,
                    at: time + Int64(number) * 10 * Times.minute
                )
                (event.messageID, event.local, event.sender) = (id, recipient, "")
                event.delay = Int64(number) * 600_000
                event.reply = isLast ? "250 2.0.0 Ok" : "421 4.7.0 Try_again 50% later"
                event.host = "mx.example.com"
                return event
            }
    }

    @Test func aRecipientLeadsToSenderSizeClientAndEveryAttempt() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed(message("4Zt9", at: now, to: "anna"))
            try await source.feed(message("4Zu1", at: now + 1, to: "bob"))
            for address in ["anna@example.com", "<Anna@EXAMPLE.com>", "anna@example.com."] {
                let page = try await find(database) { $0.recipient = address }
                let found = try #require(page.messages.first)
                #expect(page.messages.count == 1 && page.next == nil)
                #expect(
                    (found.node, found.messageID, found.sender, found.size) == (
                        "mx1", "4Zt9", "bounces@example.org", 20480
                    )
                )
                #expect((found.clientHost, found.clientAddress) == ("app1.example.net", "198.51.100.7"))
                #expect(found.events.map(\.kind) == [.reception, .transientFailure, .delivery])
                #expect(found.recipients == ["anna@example.com"] && found.outcome == "delivered")
                #expect(found.events[1].reply == "421 4.7.0 Try_again 50% later")
                #expect(found.receivedAt == Times.date(now))
            }
        }
    }

    @Test func sendersIdsAndPiecesOfRepliesLeadThereToo() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed(message("4Zt9", at: now, to: "anna"))
            try await source.feed(message("4Zu1", at: now + 1, to: "bob", attempts: 1))
            #expect(
                try await find(database) { $0.sender = "bounces@example.org" }.messages.map(\.messageID) == [
                    "4Zu1", "4Zt9",
                ]
            )
            #expect(try await find(database) { $0.message = "4Zu1" }.messages.map(\.messageID) == ["4Zu1"])
            #expect(try await find(database) { $0.reply = "try_AGAIN 50%" }.messages.map(\.messageID) == ["4Zt9"])
            #expect(try await find(database) { $0.reply = "tryXagain" }.messages.isEmpty)
            #expect(try await find(database) { $0.recipient = "nobody@example.com" }.messages.isEmpty)
            let both = try await find(database) {
                $0.recipient = "bob@example.com"
                $0.message = "4Zt9"
            }
            #expect(both.messages.isEmpty)
            let refused = try await refusal { try await find(database) { $0.node = "mx1" } }
            #expect(refused.sqlState == SQLState("22023"))
        }
    }

    @Test func aQueueIDThatComesAgainIsAnotherMessage() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let first = now - 2 * Times.day
            try await source.feed(message("0A1B2C", at: first, to: "anna"))
            try await source.feed(message("0A1B2C", at: now, to: "anna", attempts: 1))
            try await source.feed(message("0A1B2C", at: now - 9 * Times.hour, to: "bob", attempts: 1))
            // Another node's message of the same id.
            let other = try await TestSource(database, node: "mx2")
            try await other.feed(message("0A1B2C", at: now - 1000, to: "carl", attempts: 1))
            let page = try await find(database) { $0.recipient = "anna@example.com" }
            #expect(page.messages.map(\.receivedAt) == [Times.date(now), Times.date(first)])
            #expect(page.messages.map(\.recipients) == [["anna@example.com"], ["anna@example.com"]])
            #expect(page.messages.map { $0.events.count } == [2, 3])
            #expect(try await find(database) { $0.message = "0A1B2C" }.messages.count == 4)
        }
    }

    @Test func aServerThatNamesTheRecipientOnceIsJoinedByItsMessageID() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var events: [TestEvent] = []
            for (index, name) in ["anna", "bob"].enumerated() {
                var reception = TestEvent(.reception, at: now + Int64(index) * Times.second)
                (reception.messageID, reception.local, reception.size) = ("00/A1-25004", name, 201)
                reception.domain = index == 0 ? "example.com" : "example.net"
                events.append(reception)
            }
            for domain in ["example.com", "example.net"] {
                var delivery = TestEvent(.delivery, at: now + Times.minute)
                (delivery.messageID, delivery.local, delivery.sender, delivery.domain) = ("00/A1-25004", "", "", domain)
                events.append(delivery)
            }
            try await source.feed(events)
            let page = try await find(database) { $0.recipient = "anna@example.com" }
            let found = try #require(page.messages.first)
            #expect(page.messages.count == 1)
            #expect(
                found.events.map(\.recipient) == [
                    "anna@example.com", "bob@example.net", "anna@example.com", "bob@example.net",
                ]
            )
            #expect((found.sender, found.size) == ("bounces@example.org", 201))
        }
    }

    @Test func pagesShowEachMessageOnceWhateverComesMeanwhile() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            for number in 0..<45 {
                try await source.feed(
                    message("M\(number)", at: now - Int64(number) * Times.second, to: "anna", attempts: 4)
                )
            }
            var seen: [String] = []
            var cursor: TraceCursor?
            repeat {
                let page = try await find(database, pageSize: 7) {
                    $0.recipient = "anna@example.com"
                    $0.after = cursor
                }
                seen += page.messages.map(\.messageID)
                cursor = page.next.flatMap { TraceCursor($0.description) }
                try await source.feed(
                    message(
                        "new\(seen.count)",
                        at: now + Times.hour + Int64(seen.count) * Times.second,
                        to: "anna",
                        attempts: 1
                    )
                )
            } while cursor != nil
            #expect(seen == (0..<45).map { "M\($0)" })
        }
    }

    @Test func whatWasRefusedWithoutAnIDStandsAloneAndIsNeverParted() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var events: [TestEvent] = []
            for number in 0..<9 {
                var event = TestEvent(.rejection, at: now + Int64(number / 3) * Times.second)
                (event.messageID, event.replyCode, event.reply) = ("", 554, "554 5.7.1 Relay access denied \(number)")
                events.append(event)
            }
            try await source.feed(events)
            var seen: [String] = []
            var cursor: TraceCursor?
            repeat {
                let page = try await find(database, pageSize: 1) {
                    $0.recipient = "anna@example.com"
                    $0.after = cursor
                }
                #expect(page.messages.count == 3 || page.messages.isEmpty)
                seen += page.messages.compactMap { $0.events.first?.reply }
                cursor = page.next
            } while cursor != nil
            #expect(seen.count == 9 && Set(seen).count == 9)
            let page = try await find(database) { $0.reply = "denied 4" }
            #expect(page.messages.map(\.outcome) == ["refused"])
        }
    }

    @Test(arguments: [AddressPrivacy.whole, .hash, .domain])
    func anAddressIsFoundByItsHashUnlessOnlyDomainsAreKept(_ privacy: AddressPrivacy) async throws {
        try await withScratchDatabase { database in
            let rules = try BundledRules.ruleSet()
            let settings = database.settings(.collector)
            let session = IngestSession(settings, rules: rules, addresses: privacy, logger: Logger(label: "test"))
            _ = try await session.open(node: "mx1", name: "/x", format: "postfix", isSample: false)
            let file = try await session.register(name: "/x", fingerprint: .ofTests)
            #expect(
                try await session.commit(.of(message("4Z", at: now, to: "anna"), file: file, from: 0)) == .committed
            )
            let page = try await find(database) { $0.recipient = "anna@example.com" }
            #expect(page.messages.count == (privacy == .domain ? 0 : 1))
            let shown = page.messages.first?.recipients.first
            #expect((shown == "anna@example.com") == (privacy == .whole))
        }
    }

    @Test func receptionsAndEnvelopesCountTheirBytesOnce() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed(message("4Zt9", at: now, to: "anna"))
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT sum(bytes_in) FROM report_v1.traffic_by_day") == 20480)
            #expect(try await pool.number("SELECT sum(receptions) FROM report_v1.traffic_by_day") == 1)
            #expect(try await pool.number("SELECT events FROM report_v1.source") == 3)
            let traffic = "SELECT bytes_in FROM report_v1.traffic(now() - interval '2 hours 30 seconds', now())"
            #expect(try await pool.number(traffic) == 20480)
        }
    }
}
