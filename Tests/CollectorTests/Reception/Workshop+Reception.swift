import CollectorFixtures
import Dispatch
import Glibc
import Logging
import MailEvents
import Synchronization
import SystemPackage
import Testing

@testable import Collector

extension Workshop {
    func reception(
        _ format: LogFormat = .postfix,
        _ change: (inout ReceptionSettings) -> Void = { _ in }
    ) -> ReceptionSpool {
        var settings = ReceptionSettings(format: format, spool: SpoolSettings(folder: spool))
        settings.limits.age = .milliseconds(20)
        change(&settings)
        return ReceptionSpool(settings: settings)
    }

    /// Starts a collector, which counts what is received until it is stopped.
    func start(_ spool: ReceptionSpool) -> RunningCollector {
        let source = SourceDescription(node: "mx1", name: "received", format: spool.settings.format)
        return RunningCollector([SourceSettings(source, .received(spool))], database)
    }

    /// The segments of the spool.
    func segments() throws -> [SpoolFolder.Segment] {
        let folder = SpoolFolder(spool)
        return try folder.keys().flatMap { try folder.segments(of: $0) }
    }
}

extension ReceptionSpool {
    nonisolated(nonsending) func append(_ numbers: Range<Int>, of id: String? = nil) async -> ReceptionOutcome {
        await append(Array(LogLine.text(numbers).utf8), of: id.map { RequestDigest(id: $0) })
    }
}

/// A listener that runs until it is stopped.
final class RunningListener: Sendable {
    let ports: [UInt16]
    private let task: Task<Void, any Error>

    init(_ addresses: [SyslogAddress], _ spool: ReceptionSpool) async throws {
        let (stream, continuation) = AsyncStream<[UInt16]>.makeStream()
        let listener = SyslogListener(
            addresses: addresses,
            spool: spool,
            logger: Logger(label: "test") { _ in TestLog.handler }
        ) { continuation.yield($0) }
        task = Task { try await listener.run() }
        var iterator = stream.makeAsyncIterator()
        ports = try #require(await iterator.next())
    }

    func stop() async throws {
        task.cancel()
        try await task.value
    }
}

extension Workshop {
    /// Runs a program and waits for it, on a thread of its own: what it sends to has to go on.
    func runBeside(_ program: String, _ arguments: [String]) async -> Int32? {
        // A program that cannot be started has no status.
        await onThread { try? self.run(program, arguments) }
    }
}

/// Does what blocks on a thread of its own: the pool has few.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { done in
        DispatchQueue(label: "test").async { done.resume(returning: body()) }
    }
}

/// A sender of syslog over TCP, or a Unix socket, that waits for the end of its connection.
struct SyslogSender {
    private let socket: Int32

    init(port: UInt16) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        socket = try Self.connected(AF_INET, &address)
    }

    init(path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        socket = try Self.connected(AF_UNIX, &address)
    }

    private static func connected<Name>(_ family: Int32, _ name: inout Name) throws -> Int32 {
        let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        let status = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard status == 0 else {
            let code = Errno(rawValue: errno)
            Glibc.close(socket)
            throw code
        }
        return socket
    }

    /// Whether everything was sent, and the connection ended well after it: then all of it is received.
    func send(_ text: String) -> Bool {
        defer { Glibc.close(socket) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        guard shutdown(socket, Int32(SHUT_WR)) == 0 else { return false }
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, 0) == 0
    }
}
