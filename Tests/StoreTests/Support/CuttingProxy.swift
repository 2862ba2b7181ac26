import Glibc
import PostgresClient
import Synchronization

/// Stands between a collector and PostgreSQL, on Unix sockets, and can cut a connection at its COMMIT.
final class CuttingProxy: Sendable {
    enum Cut: Sendable {
        /// The server never sees it.
        case beforeCommit
        /// The server has answered, and the client never hears.
        case beforeAnswer
    }

    struct Failed: Error {
        var operation: String
        var code: Int32
    }

    private let folder: String
    private let server: ConnectionSettings
    private let listener: Int32
    private let cut = Mutex<Cut?>(nil)

    /// - Parameter server: its host is the folder of a socket.
    init(to server: ConnectionSettings) throws {
        self.server = server
        var template = Array("/var/tmp/mailmill-proxy-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failed(operation: "mkdtemp", code: errno) }
        folder = String(cString: made)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let address = Self.address(of: folder, port: server.port)
        let isListening = Self.with(address) { bind(listener, $0, $1) } == 0 && listen(listener, 16) == 0
        guard isListening else { throw Failed(operation: "listen", code: errno) }
        Self.onThread { self.accept() }
    }

    /// How to connect through it.
    var settings: ConnectionSettings {
        var settings = server
        settings.host = folder
        return settings
    }

    /// The next COMMIT is met like this, once.
    func cutNext(_ cut: Cut) {
        self.cut.withLock { $0 = cut }
    }

    /// Ends it; connections that are open stay until a side closes them.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        unlink("\(folder)/.s.PGSQL.\(server.port)")
        rmdir(folder)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            Self.onThread { self.serve(client) }
        }
    }

    private func serve(_ client: Int32) {
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            Glibc.close(client)
            Glibc.close(upstream)
        }
        let address = Self.address(of: server.host, port: server.port)
        guard Self.with(address, { connect(upstream, $0, $1) }) == 0 else { return }
        var isAnswerLost = false
        var sides = [pollfd(fd: client, events: Int16(POLLIN), revents: 0)]
        sides.append(pollfd(fd: upstream, events: Int16(POLLIN), revents: 0))
        while poll(&sides, 2, -1) > 0 {
            if sides[0].revents != 0 {
                guard let bytes = Self.read(client) else { return }
                if let cut = taken(bytes) {
                    guard cut == .beforeAnswer else { return }
                    isAnswerLost = true
                }
                guard Self.write(bytes, to: upstream) else { return }
            }
            if sides[1].revents != 0 {
                guard let bytes = Self.read(upstream), !isAnswerLost, Self.write(bytes, to: client) else { return }
            }
        }
    }

    /// How to meet what a client sends, if that is a COMMIT.
    private func taken(_ bytes: [UInt8]) -> Cut? {
        guard String(decoding: bytes, as: UTF8.self).contains("COMMIT") else { return nil }
        return cut.withLock { cut in
            defer { cut = nil }
            return cut
        }
    }
}

extension CuttingProxy {
    private static func onThread(_ body: @escaping @Sendable () -> Void) {
        let boxed = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            },
            boxed.toOpaque()
        )
        if status == 0 { pthread_detach(thread) }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    private static func address(of folder: String, port: Int) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(folder)/.s.PGSQL.\(port)".utf8) }
        return address
    }

    private static func with(
        _ address: sockaddr_un,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
