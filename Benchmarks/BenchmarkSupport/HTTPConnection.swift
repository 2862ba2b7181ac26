internal import Glibc
internal import SystemPackage

/// One connection to a server on loopback, as a browser has it: HTTP/1.1, kept alive, with cookies. Blocks. Speaks just
/// enough for measuring: nothing between the socket and the clock.
package final class HTTPConnection {
    package struct Answer {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: String
    }

    private let port: Int
    private let socket: FileDescriptor
    private var pending: [UInt8] = []
    package private(set) var cookies: [String: String]

    /// - Parameter cookies: of an earlier connection.
    package init(port: Int, cookies: [String: String] = [:]) throws {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        socket = FileDescriptor(rawValue: descriptor)
        self.port = port
        self.cookies = cookies
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard result == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw Errno(rawValue: code)
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        // Nothing was promised to be delivered.
        try? socket.close()
    }

    package func get(_ path: String) throws -> Answer {
        try send("GET", path)
        return try answer()
    }

    /// Sends a form.
    package func post(_ path: String, _ fields: [(String, String)]) throws -> Answer {
        let body = fields.map { "\(Self.encoded($0))=\(Self.encoded($1))" }.joined(separator: "&")
        try send("POST", path, body: body)
        return try answer()
    }

    /// Sends a body as it is.
    ///
    /// - Parameter headers: `Name: value` each.
    package func post(_ path: String, _ body: [UInt8], _ headers: [String]) throws -> Answer {
        let lines = ["POST \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Content-Length: \(body.count)"] + headers
        _ = try socket.writeAll(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        return try answer()
    }

    /// Follows server-sent events until `body` returns false.
    package func events(_ path: String, _ body: (_ name: String, _ data: String) throws -> Bool) throws {
        try send("GET", path, accept: "text/event-stream")
        let (status, headers) = try head()
        guard status == 200 else { throw Unexpected("\(path) answered \(status)") }
        let isChunked = Self.value("transfer-encoding", headers) == "chunked"
        var text: [UInt8] = []
        var name = ""
        while true {
            text += try isChunked ? chunk() : some()
            while let end = text.firstIndex(of: 0x0A) {
                let line = String(decoding: text[..<end], as: UTF8.self)
                text.removeFirst(end + 1)
                if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
                if line.hasPrefix("data: "), try !body(name, String(line.dropFirst(6))) { return }
            }
        }
    }

    // MARK: - Requests

    private func send(_ method: String, _ path: String, body: String? = nil, accept: String = "text/html") throws {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAccept: \(accept)\r\n"
        if !cookies.isEmpty {
            text += "Cookie: \(cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))\r\n"
        }
        if let body {
            text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n"
        }
        _ = try socket.writeAll(Array((text + "\r\n" + (body ?? "")).utf8))
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber { return String(character) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" + digits : digits)
        }.joined()
    }

    // MARK: - Answers

    private func answer() throws -> Answer {
        let (status, headers) = try head()
        var body: [UInt8] = []
        if Self.value("transfer-encoding", headers) == "chunked" {
            while true {
                let piece = try chunk()
                if piece.isEmpty { break }
                body += piece
            }
        } else {
            let length = Self.value("content-length", headers).flatMap { Int($0) } ?? 0
            while pending.count < length { pending += try some() }
            body = Array(pending[..<length])
            pending.removeFirst(length)
        }
        return Answer(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    private func head() throws -> (status: Int, headers: [(name: String, value: String)]) {
        let status = Int(try line().split(separator: " ").dropFirst().first ?? "") ?? 0
        var headers: [(name: String, value: String)] = []
        while true {
            let line = try line()
            guard let colon = line.firstIndex(of: ":") else { break }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append((line[..<colon].lowercased(), String(value)))
        }
        for (name, value) in headers where name == "set-cookie" {
            let pair = value.split(separator: ";").first?.split(separator: "=", maxSplits: 1) ?? []
            if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
        }
        return (status, headers)
    }

    private static func value(_ name: String, _ headers: [(name: String, value: String)]) -> String? {
        headers.first { $0.name == name }?.value
    }

    private func line() throws -> String {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end].filter { $0 != 0x0D }, as: UTF8.self)
                pending.removeFirst(end + 1)
                return line
            }
            pending += try some()
        }
    }

    /// The next chunk; empty at the end.
    private func chunk() throws -> [UInt8] {
        let size = Int(try line().prefix { $0 != ";" }, radix: 16) ?? 0
        while pending.count < size + 2 { pending += try some() }
        let bytes = Array(pending[..<size])
        pending.removeFirst(size + 2)
        return bytes
    }

    /// What has come, before or now.
    private func some() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = try buffer.withUnsafeMutableBytes { try socket.read(into: $0) }
        guard count > 0 else { throw Unexpected("the server hung up") }
        return Array(buffer[..<count])
    }

    package struct Unexpected: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }
    }
}
