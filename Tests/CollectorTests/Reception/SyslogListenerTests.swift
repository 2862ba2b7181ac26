import CollectorFixtures
import Foundation
import Glibc
import Logging
import MailEvents
import Synchronization
import SystemPackage
import Testing

@testable import Collector

/// Real senders: `logger` of util-linux, and rsyslog.
@Suite struct SyslogListenerTests {
    /// What a program logs, without what syslog puts before it.
    func messages(_ numbers: Range<Int>) -> String {
        numbers.map {
            "\(LogLine.id($0)): to=<ann\($0)@example.org>, relay=none, delay=1, dsn=2.0.0, status=sent (250 OK)\n"
        }
        .joined()
    }

    @Test(arguments: [
        ["--udp", "--rfc3164"], ["--udp", "--rfc5424"], ["--tcp", "--rfc3164"], ["--tcp", "--rfc5424"],
        ["--tcp", "--rfc5424", "--octet-count"],
    ])
    func loggerIsUnderstood(options: [String]) async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        let address: SyslogAddress =
            options[0] == "--udp" ? .udp(host: "127.0.0.1", port: 0) : .tcp(host: "127.0.0.1", port: 0)
        let listener = try await RunningListener([address], spool)
        try shop.append(messages(0..<300), to: shop.path("messages"))
        let status = await shop.runBeside(
            "/usr/bin/logger",
            options + [
                "--server", "127.0.0.1", "--port", "\(listener.ports[0])", "--tag", "postfix/smtp", "--id=412",
                "--priority", "mail.info", "--file", shop.path("messages").string,
            ]
        )
        #expect(status == 0)
        try await shop.expectCounted(300)
        #expect(shop.database.quarantined.isEmpty)
        try await listener.stop()
        try await collector.kill()
    }

    @Test func aLocalSocketIsUnderstood() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        let path = shop.path("log").string
        let listener = try await RunningListener([.unixDatagram(path: path)], spool)
        try shop.append(messages(0..<3000), to: shop.path("messages"))
        let status = await shop.runBeside(
            "/usr/bin/logger",
            [
                "--socket",
                path,
                "--socket-errors=on",
                "--tag",
                "postfix/smtp",
                "--id=412",
                "--priority",
                "mail.info",
                "--file",
                shop.path("messages").string,
            ]
        )
        #expect(status == 0)
        try await shop.expectCounted(3000)
        try await listener.stop()
        #expect(PathFacts.look(at: FilePath(path)) == .missing)
        try await collector.kill()
    }

    @Test(arguments: ["RSYSLOG_ForwardFormat", "RSYSLOG_SyslogProtocol23Format", "RSYSLOG_TraditionalForwardFormat"])
    func rsyslogIsUnderstoodAndWaitsWhileWeAreAway(template: String) async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        var listener = try await RunningListener([.tcp(host: "127.0.0.1", port: 0)], spool)
        let port = listener.ports[0]
        let rsyslog = try Rsyslog(shop, forwardingTo: port, template: template)
        try await rsyslog.log(messages(0..<200))
        try await shop.expectCounted(200)
        try await listener.stop()
        try await rsyslog.log(messages(200..<300))
        listener = try await RunningListener([.tcp(host: "127.0.0.1", port: port)], spool)
        // Plain TCP syslog loses what its sender's kernel had taken when the connection broke: rsyslog's to tell, not ours.
        try await rsyslog.log(messages(300..<400))
        try await eventually("the last is counted") { shop.database.counted[LogLine.id(399)] == 1 }
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        #expect(shop.database.quarantined.isEmpty)
        await rsyslog.stop()
        try await listener.stop()
        try await collector.kill()
    }

    @Test func aConnectionEndsWellOnceAllOfItIsSafe() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let listener = try await RunningListener([.tcp(host: "127.0.0.1", port: 0)], spool)
        let port = listener.ports[0]
        let ended = await withTaskGroup(of: Bool.self) { group in
            for part in 0..<20 {
                group.addTask {
                    await onThread {
                        (try? SyslogSender(port: port))?.send(LogLine.text(part * 100..<part * 100 + 100)) ?? false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(ended == 20)
        try await listener.stop()
        let collector = shop.start(spool)
        try await shop.expectCounted(2000)
        try await collector.kill()
    }

    @Test func anAddressThatIsTakenIsSaid() async throws {
        let shop = try Workshop()
        let first = try await RunningListener([.tcp(host: "127.0.0.1", port: 0)], shop.reception())
        let spool = Workshop.elsewhere(shop)
        let collector = shop.start(spool)
        let listener = SyslogListener(
            addresses: [.tcp(host: "127.0.0.1", port: first.ports[0])],
            spool: spool,
            logger: .init(label: "test") { _ in TestLog.handler }
        )
        let task = Task { try await listener.run() }
        try await eventually("it is said") { collector.says("Address already in use") }
        try await first.stop()
        try await eventually("it is got over") { !collector.says("Address already in use") }
        task.cancel()
        try await task.value
        try await collector.kill()
    }
}

extension Workshop {
    /// A second reception of the same test.
    static func elsewhere(_ shop: Workshop) -> ReceptionSpool {
        ReceptionSpool(
            settings: ReceptionSettings(format: .postfix, spool: SpoolSettings(folder: shop.path("other-spool")))
        )
    }
}

/// rsyslog, of this test alone: what is written to its socket it forwards by TCP.
final class Rsyslog: Sendable {
    private let process: Mutex<Process>
    private let shop: Workshop
    private var socket: String { shop.path("rsyslog.sock").string }

    init(_ shop: Workshop, forwardingTo port: UInt16, template: String) throws {
        self.shop = shop
        let configuration = shop.path("rsyslog.conf")
        try shop.append(
            """
            global(workDirectory="\(shop.folder.string)" parser.permitSlashInProgramName="on")
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="\(shop.path("rsyslog.sock").string)" RateLimit.Interval="0")
            action(type="omfwd" target="127.0.0.1" port="\(port)" protocol="tcp" template="\(template)"
                action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList")

            """,
            to: configuration
        )
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/rsyslogd")
        process.arguments = ["-n", "-f", configuration.string, "-i", shop.path("rsyslog.pid").string]
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = Mutex(process)
    }

    func log(_ messages: String) async throws {
        let file = shop.path("messages-\(UInt64.random(in: 0...UInt64.max))")
        try shop.append(messages, to: file)
        let socket = FilePath(socket)
        try await eventually("rsyslog is there") { PathFacts.look(at: socket) != .missing }
        let status = await shop.runBeside(
            "/usr/bin/logger",
            [
                "--socket",
                socket.string,
                "--socket-errors=on",
                "--tag",
                "postfix/smtp",
                "--id=412",
                "--priority",
                "mail.info",
                "--file",
                file.string,
            ]
        )
        #expect(status == 0)
    }

    /// At once: it has the signal mask of the thread that started it, and would not hear of SIGTERM for minutes.
    func stop() async {
        await onThread {
            self.process.withLock { process in
                _ = kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
        }
    }
}
