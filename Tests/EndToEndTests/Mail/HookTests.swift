import Foundation
import LogGenerator
import Testing

/// Log hooks as KumoMTA, Momentum and SparkPost send them, by curl, while the collector is killed and the database
/// restarted.
@Suite(.twoAtATime)
struct HookTests {
    /// An installation with one hook, and its address.
    private func installation(_ format: String, in folder: TestFolder) throws -> (Installation, String) {
        let token = try folder.file("token", "s3cret-of-mx1\n", mode: 0o600)
        let port = try Port.free()
        let mailmill = try Installation(
            in: folder,
            collect: ["{format: \(format), hook: mx1, token_file: \(token), node: mx1}"],
            more: "hooks: {listen: \"127.0.0.1:\(port)\"}"
        )
        return (mailmill, "http://127.0.0.1:\(port)/hooks/mx1")
    }

    /// What the receiver answers; nil if nobody listens, or the connection breaks.
    private func post(_ body: String, to url: String, in folder: TestFolder, _ more: [String] = []) async throws -> Int?
    {
        let file = try folder.file("body", body)
        let token = more.contains("--user") ? [] : ["--header", "Authorization: Bearer s3cret-of-mx1"]
        let arguments = ["--data-binary", "@\(file)"] + token + more + [url]
        return try await WebAnswer.curl(arguments, in: folder)?.status
    }

    private func kumomta(_ numbers: Range<Int>) -> String {
        let time = Int(Date().timeIntervalSince1970)
        let records = numbers.map { number in
            """
            {"type":"Delivery","id":"k\(number)","sender":"a@example.net","recipient":"r\(number)@example.org",\
            "queue":"example.org","size":100,"response":{"code":250,"content":"OK"},"timestamp":\(time),\
            "created":\(time - 2),"num_attempts":0,"egress_source":"ip7"}
            """
        }
        return "[" + records.joined(separator: ",") + "]"
    }

    private func momentum(_ numbers: Range<Int>) -> String {
        let time = Int(Date().timeIntervalSince1970)
        let records = numbers.map { number in
            """
            {"msys":{"message_event":{"type":"delivery","event_id":"\(number)","timestamp":"\(time)",\
            "message_id":"m\(number)","rcpt_to":"r\(number)@example.org","routing_domain":"example.org",\
            "msg_from":"b@example.net","num_retries":"0","queue_time":"12","sending_ip":"192.0.2.7"}}}
            """
        }
        return "[" + records.joined(separator: ",") + "]"
    }

    @Test(arguments: ["kumomta", "momentum-json"])
    func everyRecordCountsOnceThoughTheCollectorIsKilled(format: String) async throws {
        var (generator, _) = SeededRandom.announced(for: "hooks \(format)")
        try await TestFolder.with { folder in
            let (mailmill, url) = try installation(format, in: folder)
            try await mailmill.serveDatabase()
            var waiting: [(body: String, id: String)] = []
            var next = 0
            var accepted = 0
            for _ in 0..<Rounds.times(6) {
                let collector = try mailmill.serve(["collector"])
                let end = ContinuousClock.now + .milliseconds(Int.random(in: 400...2500, using: &generator))
                let killing = Task {
                    try await Task.sleep(until: end)
                    try await collector.destroy()
                }
                while ContinuousClock.now < end {
                    if waiting.isEmpty {
                        let numbers = next..<next + 20
                        next += 20
                        waiting = [(format == "kumomta" ? kumomta(numbers) : momentum(numbers), "batch-\(next)")]
                    }
                    // As the servers do: the same again, until it is taken.
                    let header = ["--header", "X-MessageSystems-Batch-ID: \(waiting[0].id)"]
                    let more = format == "kumomta" ? [] : header
                    guard try await post(waiting[0].body, to: url, in: folder, more) == 200 else { continue }
                    waiting = []
                    accepted += 20
                }
                try await killing.value
            }
            try mailmill.serve(["collector"])
            if let (body, id) = waiting.first {
                let more = format == "kumomta" ? [] : ["--header", "X-MessageSystems-Batch-ID: \(id)"]
                try await eventually("the last to be taken") { try await post(body, to: url, in: folder, more) == 200 }
                accepted += 20
            }
            #expect(accepted >= 20)
            let total = accepted
            try await eventually("all \(total) deliveries in the report", every: .milliseconds(300)) {
                let told = try await mailmill.report().total.deliveries
                guard told == total else { throw TestTrouble("\(told) of \(total)") }
                return true
            }
            let rows = try await mailmill.rows("SELECT count(*), count(DISTINCT message_id) FROM report_v1.event")
            #expect(rows == ["\(total)|\(total)"])
            #expect(try await mailmill.sources().map(\.quarantined) == [0])
        }
    }

    /// Calls that make safe what was received.
    private static let calls = ["pwrite64", "fdatasync", "fsync", "/^rename", "/^mkdir", "/^unlink", "ftruncate"]

    @Test(arguments: ["kumomta", "momentum-json"])
    func everyBatchCountsOnceWhateverCallTheCollectorDiesAt(format: String) async throws {
        try await TestFolder.with { folder in
            let (mailmill, url) = try installation(format, in: folder)
            try await mailmill.serveDatabase()
            var batch = 0
            var died = 0
            // The same bytes when it is sent again.
            var bodies: [Int: String] = [:]
            func send() async throws -> Bool {
                let numbers = batch * 10..<batch * 10 + 10
                let body = bodies[batch] ?? (format == "kumomta" ? kumomta(numbers) : momentum(numbers))
                bodies[batch] = body
                let more = format == "kumomta" ? [] : ["--header", "X-MessageSystems-Batch-ID: batch-\(batch)"]
                guard try await post(body, to: url, in: folder, more) == 200 else { return false }
                batch += 1
                return true
            }
            for number in [1, 3] {
                for call in Self.calls {
                    let collector = try mailmill.serveCollector(dyingAt: call, number)
                    let enough = batch + 12
                    // A batch that was not taken is sent again, to this collector or the next.
                    try await eventually("the end of it, or a dozen batches", every: .milliseconds(10)) {
                        if collector.ending != nil { return true }
                        _ = try await send()
                        return batch >= enough
                    }
                    if collector.ending != nil { died += 1 }
                    try await collector.destroy()
                }
            }
            #expect(died >= Self.calls.count / 2, "died at that many calls")
            try mailmill.serve(["collector"])
            let last = batch
            try await eventually("the last batch to be taken", every: .milliseconds(20)) {
                if batch == last { _ = try await send() }
                return batch > last
            }
            let total = batch * 10
            try await eventually("all \(total) deliveries in the report", every: .milliseconds(300)) {
                let told = try await mailmill.report().total.deliveries
                guard told >= total else { throw TestTrouble("\(told) of \(total)") }
                return true
            }
            let rows = try await mailmill.rows("SELECT count(*), count(DISTINCT message_id) FROM report_v1.event")
            #expect(rows == ["\(total)|\(total)"])
            #expect(try await mailmill.sources().map(\.quarantined) == [0])
        }
    }

    @Test func whatComesWhileTheDatabaseIsAwayIsTakenAndCountedLater() async throws {
        try await TestFolder.with { folder in
            let (mailmill, url) = try installation("kumomta", in: folder)
            let serve = try mailmill.serve()
            try await mailmill.waitUntilAnswering()
            try await eventually("a first answer") { try await post(kumomta(0..<1), to: url, in: folder) == 200 }
            let killed = try #require(try mailmill.postmaster())
            kill(killed, SIGKILL)
            for part in 1..<20 {
                #expect(try await post(kumomta(part * 10..<part * 10 + 10), to: url, in: folder) == 200)
            }
            #expect(try await post(kumomta(20..<30), to: url, in: folder, ["--user", "x:wrong"]) == 401)
            try await eventually("all deliveries in the report", every: .milliseconds(300)) {
                try await mailmill.report().total.deliveries == 191
            }
            #expect(serve.ending == nil)
            #expect(!serve.errors.contains("s3cret"))
        }
    }
}
