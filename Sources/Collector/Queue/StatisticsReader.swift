import Glibc
import SystemPackage

/// Asks a mail server's own HTTP listener for its statistics: one request a connection (HTTP/1.0), bounded in time and size. No
/// client library: it is one GET to a listener on the same host or network, and the answer is thrown away if it is not 200.
actor StatisticsReader {
    /// Bytes of an answer.
    private static let limit = 32 << 20
    /// For connecting, for sending and between two pieces of an answer.
    private static let timeout = 5

    private let executor = QueueExecutor(label: "statistics")
    private let address: String
    private let host: String
    private let port: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter address: `host:port`; an IPv6 address stands in brackets.
    init(address: String) {
        self.address = address
        let colon = address.lastIndex(of: ":") ?? address.endIndex
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.host = host
        port = colon == address.endIndex ? "80" : String(address[address.index(after: colon)...])
    }

    /// The body that a path answers with.
    ///
    /// - Throws: `CollectorError.statistics`.
    func get(_ path: String) throws -> [UInt8] {
        let socket = try connect()
        defer { close(socket) }
        let request = Array("GET \(path) HTTP/1.0\r\nHost: \(address)\r\nAccept: */*\r\nConnection: close\r\n\r\n".utf8)
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw failure("cannot ask: \(Errno(rawValue: errno))") }
            sent += count
        }
        return try body(of: try answer(socket))
    }

    private func answer(_ socket: Int32) throws -> [UInt8] {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count == 0 { return answer }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno == EAGAIN ? "no answer within \(Self.timeout) s" : "\(Errno(rawValue: errno))")
            }
            answer += buffer[..<count]
            guard answer.count <= Self.limit else { throw failure("the answer is larger than \(Self.limit) bytes") }
        }
    }

    private func body(of answer: [UInt8]) throws -> [UInt8] {
        let line = answer.prefix { $0 != 0x0D && $0 != 0x0A }
        let words = line.split(separator: 0x20, maxSplits: 2)
        guard words.count >= 2, words[0].starts(with: Array("HTTP/".utf8)) else {
            throw failure("that is no HTTP answer")
        }
        guard words[1].elementsEqual("200".utf8) else {
            throw failure("it answers \(String(decoding: line.prefix(80).dropFirst(9), as: UTF8.self))")
        }
        let end = Array("\r\n\r\n".utf8)
        var place = line.endIndex
        while let at = answer[place...].firstIndex(of: 0x0D) {
            if answer[at...].starts(with: end) { return Array(answer[(at + end.count)...]) }
            place = at + 1
        }
        throw failure("the answer ends in its head")
    }

    private func connect() throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &found)
        guard code == 0, let first = found else { throw failure(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        var reason = "no address"
        for info in sequence(first: first, next: { $0.pointee.ai_next }) {
            let socket = Glibc.socket(
                info.pointee.ai_family,
                info.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
                0
            )
            guard socket >= 0 else { continue }
            var limit = timeval(tv_sec: Self.timeout, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
            }
            if Glibc.connect(socket, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 { return socket }
            reason = "\(Errno(rawValue: errno))"
            close(socket)
        }
        throw failure(reason)
    }

    private func failure(_ reason: String) -> CollectorError { .statistics(address: address, reason: reason) }
}
