internal import CLibPQ
internal import Glibc

/// True if the server has sent something that nobody asked for: on an idle connection mostly its good-bye.
func socketIsReadable(_ connection: OpaquePointer) -> Bool {
    var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
}
