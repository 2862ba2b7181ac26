import Glibc
package import Logging
import ServiceLifecycle
import SystemPackage

/// Receives syslog by the sockets of one source. Works on its own thread: what is there is read, made safe as one, and
/// only then is more read; so that a sender of TCP or of a Unix socket waits when we have to, and never loses.
///
/// What came by a connection is taken from the kernel only once it is safe. So a connection that its sender has shut
/// down for writing ends well only then, and is reset if this process dies before: whoever waits for that knows. Syslog
/// has no other acknowledgement. UDP has none at all: what the kernel had no room for is lost, counted, and said.
package actor SyslogListener: Service {
    /// Bytes that are read in one round.
    private static let round = 4 << 20
    /// Connections at a time; others wait.
    private static let connectionLimit = 256

    private struct Connection {
        let socket: SyslogSocket
        var framing = SyslogFraming()
        /// Bytes that were looked at, and are to be taken from the kernel once they are safe.
        var seen = 0
        var isOver = false
    }

    private let executor = QueueExecutor(label: "mailmill.syslog")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let addresses: [SyslogAddress]
    private let spool: ReceptionSpool
    private let logger: Logger
    private let onListening: @Sendable ([UInt16]) -> Void
    private var datagrams: [SyslogSocket] = []
    private var listeners: [SyslogSocket] = []
    private var connections: [Connection] = []
    private var dropped: UInt64 = 0
    private var droppedBefore: [UInt32] = []
    private var droppedAt: Duration?
    private let buffer = ReadingBuffer(count: 1 << 20)

    /// - Parameter onListening: told the ports of UDP and TCP, in the order of the addresses.
    package init(
        addresses: [SyslogAddress],
        spool: ReceptionSpool,
        logger: Logger,
        onListening: @escaping @Sendable ([UInt16]) -> Void = { _ in }
    ) {
        self.addresses = addresses
        self.spool = spool
        self.logger = logger
        self.onListening = onListening
    }

    package nonisolated var description: String { "syslog" }

    /// Until the task is cancelled or the service shut down.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.listen() }
    }

    private func listen() async {
        var backOff = BackOff(limit: .seconds(30))
        while !Task.isCancelled {
            do {
                try open()
                break
            } catch {
                spool.note("\(error)", of: .listener)
                // A cancelled sleep ends the loop by its condition.
                try? await spool.time.sleep(backOff.next(random: .random(in: 0..<1)))
            }
        }
        while !Task.isCancelled {
            let lines = gather()
            if !lines.isEmpty, await !makeSafe(lines) { break }
            takeSeen()
            connections.removeAll(where: \.isOver)
            countDropped()
        }
        connections = []
        listeners = []
        datagrams = []
    }

    private func open() throws {
        var ports: [UInt16] = []
        for address in addresses {
            let socket = try SyslogSocket.open(address)
            switch address {
            case .udp, .unixDatagram: datagrams.append(socket)
            case .tcp, .unixStream: listeners.append(socket)
            }
            if let port = socket.port { ports.append(port) }
        }
        droppedBefore = datagrams.map { $0.dropped ?? 0 }
        spool.note(nil, of: .listener)
        logger.notice("listens for syslog", metadata: ["addresses": "\(addresses)"])
        onListening(ports)
    }

    /// Tries until it is safe: meanwhile nothing is read, so that senders wait.
    ///
    /// - Returns: false if it is not safe, and nothing more will be.
    private func makeSafe(_ lines: [UInt8]) async -> Bool {
        var backOff = BackOff(limit: .seconds(5))
        while case .refused(let problem) = await spool.append(lines) {
            guard !Task.isCancelled else {
                logger.error("lines that had come are not received: \(problem)", metadata: ["bytes": "\(lines.count)"])
                return false
            }
            // Cancelled: there is one more try.
            try? await spool.time.sleep(backOff.next(random: .random(in: 0..<1)))
        }
        return true
    }
}

extension SyslogListener {
    /// Waits a moment for something to come, and reads all that is there, up to a bound.
    private func gather() -> [UInt8] {
        let accepts = connections.count < Self.connectionLimit ? listeners : []
        var waits = (datagrams + accepts + connections.map(\.socket)).map {
            pollfd(fd: $0.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        }
        guard poll(&waits, nfds_t(waits.count), 100) > 0 else { return [] }
        var lines: [UInt8] = []
        for (index, wait) in waits.enumerated() where wait.revents != 0 {
            if index < datagrams.count {
                readDatagrams(of: datagrams[index], into: &lines)
            } else if index < datagrams.count + accepts.count {
                if let socket = accepts[index - datagrams.count].accept() {
                    connections.append(Connection(socket: socket))
                }
            } else {
                read(index - datagrams.count - accepts.count, into: &lines)
            }
        }
        return lines
    }

    private func readDatagrams(of socket: SyslogSocket, into lines: inout [UInt8]) {
        while lines.count < Self.round {
            let count = recv(socket.descriptor.rawValue, buffer.bytes.baseAddress, buffer.bytes.count, 0)
            guard count >= 0 else { return }
            SyslogFraming.append(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]), to: &lines)
        }
    }

    /// Looks at what has come by a connection, and leaves it with the kernel.
    private func read(_ index: Int, into lines: inout [UInt8]) {
        let descriptor = connections[index].socket.descriptor.rawValue
        let count = recv(descriptor, buffer.bytes.baseAddress, buffer.bytes.count, Int32(MSG_PEEK))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            connections[index].framing.finish(into: &lines)
            connections[index].isOver = true
            return
        }
        connections[index].seen = count
        connections[index].framing.take(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]), into: &lines)
        guard connections[index].framing.isBroken else { return }
        logger.warning("a connection that does not speak syslog was closed: its octet count cannot be")
        connections[index].isOver = true
    }

    /// Takes from the kernel what is safe.
    private func takeSeen() {
        for index in connections.indices where connections[index].seen > 0 {
            let descriptor = connections[index].socket.descriptor.rawValue
            while connections[index].seen > 0 {
                let wanted = min(connections[index].seen, buffer.bytes.count)
                let count = recv(descriptor, buffer.bytes.baseAddress, wanted, 0)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                connections[index].seen -= count
            }
            connections[index].seen = 0
        }
    }

    /// What the kernel had no room for.
    private func countDropped() {
        for (index, socket) in datagrams.enumerated() {
            guard let now = socket.dropped, now != droppedBefore[index] else { continue }
            dropped += UInt64(now &- droppedBefore[index])
            droppedBefore[index] = now
            droppedAt = spool.time.elapsed()
            spool.note("the kernel had no room for \(dropped) datagrams of syslog: they are lost", of: .loss)
        }
        if let droppedAt, spool.time.elapsed() - droppedAt > .seconds(3600) {
            self.droppedAt = nil
            spool.note(nil, of: .loss)
        }
    }
}
