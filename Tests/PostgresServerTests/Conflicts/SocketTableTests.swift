import Testing

@testable import PostgresServer

@Suite struct SocketTableTests {
    private static let tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4242 1 0 100 0 0 10 0
           1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 100 0 0 10 0
           2: 0100007F:1538 0100007F:D431 01 00000000:00000000 00:00000000 00000000   101        0 4244 1 0 100 0 0 10 0
        """
    private static let tcp6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr
           0: 00000000000000000000000001000000:1538 00000000000000000000000000000000:0000 0A 0:0 00:0 0 101 0 77 1 0
        """

    @Test func listenersAreReadAndConnectionsAreNot() throws {
        let listeners = SocketTable.tcpListeners(in: Self.tcp)
        #expect(listeners.map(\.port) == [5432, 8080])
        #expect(listeners.map(\.inode) == [4242, 4243])
        #expect(listeners[0].text == "127.0.0.1")
        #expect(listeners[1].isAny)
        let six = try #require(SocketTable.tcpListeners(in: Self.tcp6).first)
        #expect(six.text == "::1")
        #expect(six.port == 5432)
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("*", true), ("0.0.0.0", true), ("192.0.2.1", false), ("::1", false),
    ])
    func aListenerOnLoopbackIsInTheWayOf(address: String, expected: Bool) {
        #expect(SocketTable.conflicts(SocketTable.tcpListeners(in: Self.tcp)[0], with: address) == expected)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "*", "0.0.0.0", "192.0.2.1"])
    func aListenerOnEveryAddressIsInTheWayOfAll(address: String) {
        #expect(SocketTable.conflicts(SocketTable.tcpListeners(in: Self.tcp)[1], with: address))
    }

    @Test func listeningUnixSocketsAreFoundByPath() {
        let text = """
            Num       RefCount Protocol Flags    Type St Inode Path
            0000000000000000: 00000002 00000000 00010000 0001 01 5001 /run/mm/.s.PGSQL.5432
            0000000000000000: 00000003 00000000 00000000 0001 03 5002 /run/mm/.s.PGSQL.5433
            0000000000000000: 00000003 00000000 00000000 0001 03 5003
            """
        #expect(SocketTable.unixListener(path: "/run/mm/.s.PGSQL.5432", in: text) == 5001)
        #expect(SocketTable.unixListener(path: "/run/mm/.s.PGSQL.5433", in: text) == nil)
        #expect(SocketTable.unixListener(path: "/run/mm", in: text) == nil)
    }
}
