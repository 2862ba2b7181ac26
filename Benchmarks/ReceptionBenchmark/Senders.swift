import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// Blocking senders, each on a thread of its own, that share what there is to send.
struct Senders {
    let count: Int

    /// What is left to be sent.
    final class Queue: Sendable {
        private let pieces: [[UInt8]]
        private let index = Atomic(0)

        init(_ pieces: [[UInt8]]) {
            self.pieces = pieces
        }

        func next() -> [UInt8]? {
            let mine = index.add(1, ordering: .relaxed).oldValue
            return mine < pieces.count ? pieces[mine] : nil
        }
    }

    func run(_ pieces: [[UInt8]], _ body: @escaping @Sendable (Queue) throws -> Void) async throws -> Duration {
        let queue = Queue(pieces)
        let clock = ContinuousClock()
        let begin = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                        DispatchQueue(label: "sender \(number)").async {
                            done.resume(with: Result { try body(queue) })
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return begin.duration(to: clock.now)
    }
}

/// A connection that only sends.
final class StreamSender {
    private let descriptor: FileDescriptor

    init(port: UInt16) throws {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        descriptor = FileDescriptor(rawValue: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        // Everything was sent, or an error told.
        try? descriptor.close()
    }

    func send(_ bytes: [UInt8]) throws {
        try descriptor.writeAll(bytes)
    }

    /// Sends no more, and waits until the other side has ended well too.
    func finish() throws {
        guard shutdown(descriptor.rawValue, Int32(SHUT_WR)) == 0 else { throw Errno(rawValue: errno) }
        var byte: UInt8 = 0
        guard recv(descriptor.rawValue, &byte, 1, 0) == 0 else { throw Errno(rawValue: errno) }
    }
}
