import CLinux
import Glibc
import SystemPackage

/// A socket that syslog comes in by, bound and not blocking. Closed when the last who holds it lets go.
final class SyslogSocket: Sendable {
    /// What the kernel may hold of datagrams while others are made safe. More than `net.core.rmem_max` needs root.
    private static let receiveBuffer: Int32 = 8 << 20

    let descriptor: FileDescriptor
    /// A name in the file system, removed at the end.
    private let path: String?

    private init(_ descriptor: FileDescriptor, path: String? = nil) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        // Nothing was written to it.
        try? descriptor.close()
        if let path { unlink(path) }
    }

    /// Binds, and listens where connections are made.
    static func open(_ address: SyslogAddress) throws -> SyslogSocket {
        switch address {
        case .udp(let host, let port):
            let socket = try bound(address, host: host, port: port, type: SOCK_DGRAM)
            // What the system does not grant it does not grant: the counter of losses tells whether it was enough.
            set(socket, SO_RCVBUF, receiveBuffer)
            set(socket, SO_RCVBUFFORCE, receiveBuffer)
            return socket
        case .tcp(let host, let port):
            let socket = try bound(address, host: host, port: port, type: SOCK_STREAM)
            try check(listen(socket.descriptor.rawValue, 128), "listen on", address)
            return socket
        case .unixDatagram(let path):
            let socket = try bound(address, path: path, type: SOCK_DGRAM)
            set(socket, SO_RCVBUF, receiveBuffer)
            return socket
        case .unixStream(let path):
            let socket = try bound(address, path: path, type: SOCK_STREAM)
            try check(listen(socket.descriptor.rawValue, 128), "listen on", address)
            return socket
        }
    }

    /// Takes a connection that waits; nil if none does.
    func accept() -> SyslogSocket? {
        let raw = Glibc.accept(descriptor.rawValue, nil, nil)
        guard raw >= 0 else { return nil }
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        _ = fcntl(raw, F_SETFL, O_NONBLOCK)
        return SyslogSocket(FileDescriptor(rawValue: raw))
    }

    /// Datagrams that the kernel had no room for, since it was bound; nil where that is not told.
    var dropped: UInt32? {
        var count: UInt32 = 0
        return linux_socket_drops(descriptor.rawValue, &count) == 0 ? count : nil
    }

    /// The port that it is bound to, where the system has chosen it.
    var port: UInt16? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16? in
                guard getsockname(descriptor.rawValue, generic, &size) == 0 else { return nil }
                switch Int32(generic.pointee.sa_family) {
                case AF_INET:
                    return generic.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        UInt16(bigEndian: $0.pointee.sin_port)
                    }
                case AF_INET6:
                    return generic.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        UInt16(bigEndian: $0.pointee.sin6_port)
                    }
                default: return nil
                }
            }
        }
    }
}

extension SyslogSocket {
    private static func made(_ address: SyslogAddress, _ family: Int32, _ type: __socket_type) throws -> FileDescriptor
    {
        let flags = Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let raw = socket(family, flags, 0)
        try check(raw, "make a socket for", address)
        return FileDescriptor(rawValue: raw)
    }

    private static func bound(
        _ address: SyslogAddress,
        host: String,
        port: UInt16,
        type: __socket_type
    ) throws -> SyslogSocket {
        var four = sockaddr_in()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            let socket = SyslogSocket(try made(address, AF_INET, type))
            set(socket, SO_REUSEADDR, 1)
            try bind(socket, to: &four, address)
            return socket
        }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        inet_pton(AF_INET6, host, &six.sin6_addr)
        let socket = SyslogSocket(try made(address, AF_INET6, type))
        set(socket, SO_REUSEADDR, 1)
        try bind(socket, to: &six, address)
        return socket
    }

    /// A socket in the file system, to which every account of the host may write, as to `/dev/log`.
    private static func bound(_ address: SyslogAddress, path: String, type: __socket_type) throws -> SyslogSocket {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        // One that was left by a process that was killed is in the way; any other file is not ours to remove.
        if case .other("socket") = PathFacts.look(at: FilePath(path)) { unlink(path) }
        let socket = SyslogSocket(try made(address, AF_UNIX, type), path: path)
        try bind(socket, to: &name, address)
        try check(chmod(path, 0o666), "open to all", address)
        return socket
    }

    private static func bind<Name>(_ socket: SyslogSocket, to name: inout Name, _ address: SyslogAddress) throws {
        let status = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(socket.descriptor.rawValue, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        try check(status, "bind", address)
    }

    private static func set(_ socket: SyslogSocket, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(socket.descriptor.rawValue, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func check(_ status: Int32, _ operation: String, _ address: SyslogAddress) throws {
        guard status < 0 else { return }
        throw CollectorError.listen(address: "\(address)", operation: operation, code: Errno(rawValue: errno))
    }
}
