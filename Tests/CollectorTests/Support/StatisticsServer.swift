import Foundation
import Glibc

/// A mail server's HTTP listener: answers each path with a text, all others with 404.
final class StatisticsServer: Sendable {
    let address: String
    private let socket: Int32

    struct Failed: Error {}

    init(_ answers: [String: String]) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, name, &length) == 0
            }
        }
        guard isBound else { throw Failed() }
        self.socket = socket
        address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
        let thread = Thread {
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0 else { return }
                Self.answer(client, answers)
                close(client)
            }
        }
        thread.start()
    }

    private static func answer(_ client: Int32, _ answers: [String: String]) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(client, &buffer, buffer.count)
        guard count > 0 else { return }
        let words = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ")
        let body = words.count > 1 ? answers[String(words[1])] : nil
        let status = body == nil ? "404 Not Found" : "200 OK"
        let text = "HTTP/1.0 \(status)\r\nContent-Type: application/json\r\n\r\n\(body ?? "")"
        _ = text.withCString { send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }

    /// Nobody is answered any more.
    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }
}
