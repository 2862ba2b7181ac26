import BenchmarkSupport
import Collector
import Foundation
import LogGenerator
import Logging
import MailEvents
import SystemPackage
import WebConsole

/// How many lines a second are received and safe on the disk: by syslog over TCP, and by log hooks; beside it how fast the
/// same bytes are appended and synced by nobody else.
///
/// `swift run -c release ReceptionBenchmark [messages [connections]]`
@main
struct ReceptionBenchmark {
    private static let start: Int64 = 1_772_680_000_000_000

    static func main() {
        BenchmarkRun.main("reception") { folder in
            let messages = BenchmarkRun.argument(0, default: 200_000)
            let connections = BenchmarkRun.argument(1, default: 4)
            let domains = DomainTail(count: 56_000)
            var postfix = PostfixLog(seed: 1, start: start, domains: domains, envelope: .structured)
            let lines = Pieces(postfix.lines(messages: messages), size: 256 << 10)
            let bare = try bareAppend(lines, in: folder)
            tell(
                "bare append and sync of the same bytes: \(Figure.grouped(Double(lines.lines) / bare.seconds)) lines/s"
            )
            let syslog = try await measureSyslog(lines, connections, in: folder)
            report("syslog over TCP, \(connections) connections", lines.lines, syslog, goal: 100_000)
            var kumomta = KumoMTALog(seed: 1, start: start, domains: domains)
            let records = Pieces(kumomta.lines(messages: messages / 4), size: 32 << 10)
            let batched = try await measureHooks(records.arrays, connections, in: folder.appending("batched"))
            report(
                "log hooks, batches of about \(records.lines / records.all.count)",
                records.lines,
                batched,
                goal: 50_000
            )
            let single = Pieces(kumomta.lines(messages: 2000), size: 1)
            let alone = try await measureHooks(single.all, 32, in: folder.appending("single"))
            report("log hooks, a record a request, 32 connections", single.lines, alone, goal: 1000)
        }
    }

    private static func report(_ what: String, _ lines: Int, _ took: Duration, goal: Double) {
        let rate = Double(lines) / took.seconds
        Goal(what, "\(Figure.grouped(goal)) lines/s or more, safe on the disk").tell(
            "\(Figure.grouped(rate)) lines/s",
            isReached: rate >= goal
        )
    }

    /// The same pieces into a file, each synced.
    private static func bareAppend(_ lines: Pieces, in folder: FilePath) throws -> Duration {
        let path = folder.appending("bare")
        let file = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: [.ownerReadWrite])
        return try file.closeAfter {
            try ContinuousClock().measure {
                for piece in lines.all {
                    try file.writeAll(piece)
                    guard fdatasync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
            }
        }
    }

    private static func spool(_ format: LogFormat, in folder: FilePath) -> ReceptionSpool {
        var spool = SpoolSettings(folder: folder.appending("spool"))
        spool.limit = 16 << 30
        return ReceptionSpool(settings: ReceptionSettings(format: format, spool: spool))
    }

    private static func measureSyslog(_ lines: Pieces, _ connections: Int, in folder: FilePath) async throws -> Duration
    {
        let (ports, continuation) = AsyncStream<[UInt16]>.makeStream()
        let listener = SyslogListener(
            addresses: [.tcp(host: "127.0.0.1", port: 0)],
            spool: spool(.postfix, in: folder),
            logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        ) { continuation.yield($0) }
        let running = Task { try await listener.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next()?.first else { throw Errno.connectionRefused }
        let took = try await Senders(count: connections).run(lines.all) { pieces in
            let sender = try StreamSender(port: port)
            while let piece = pieces.next() { try sender.send(piece) }
            // The end comes when everything is safe.
            try sender.finish()
        }
        running.cancel()
        try await running.value
        return took
    }

    private static func measureHooks(_ bodies: [[UInt8]], _ connections: Int, in folder: FilePath) async throws
        -> Duration
    {
        let hook = Hook(receiver: HookReceiver(spool: spool(.kumomta, in: folder), limit: 8 << 20))
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = try HookServer(
            settings: HookSettings(listen: ListenAddress(host: "127.0.0.1", port: 0)),
            endpoints: [HookEndpoint(name: "mx1", token: "t", retry: .always, intake: hook)],
            logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        ) { continuation.yield($0) }
        let running = Task { try await server.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw Errno.connectionRefused }
        let took = try await Senders(count: connections).run(bodies) { bodies in
            let connection = try HTTPConnection(port: port)
            while let body = bodies.next() {
                let answer = try connection.post("/hooks/mx1", body, ["Authorization: Bearer t"])
                guard answer.status == 200 else { throw HTTPConnection.Unexpected("answered \(answer.status)") }
            }
        }
        running.cancel()
        // It was told to end.
        _ = await running.result
        return took
    }

    /// As the executable wires them.
    private struct Hook: HookIntake {
        let receiver: HookReceiver

        func receive(_ delivery: HookDelivery) async -> HookAnswer {
            let outcome = await receiver.receive(delivery.body, coding: .identity, id: delivery.batchID)
            return outcome == .received(.stored) ? .received : .later(reason: "\(outcome)")
        }
    }
}
