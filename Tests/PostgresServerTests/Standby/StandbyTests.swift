import PostgresClient
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct StandbyTests {
    @Test func aStandbyFollowsAndTakesThePrimarysPlace() async throws {
        try await withScratch { scratch in
            let primary = try scratch.server()
            _ = try await primary.start()
            try await primary.run("CREATE TABLE public.note AS SELECT g AS id FROM generate_series(1, 1000) AS g")
            let standby = try Self.standby(scratch)
            try await standby.createStandby(of: Self.source(primary))
            _ = try await standby.start()
            #expect(await standby.status().state == .standby)
            try await primary.run("INSERT INTO public.note VALUES (1001)")
            try await eventually("the last row") {
                try await standby.text("SELECT count(*) FROM public.note") == "1001"
            }
            let status = try await primary.standbyStatus()
            #expect(status.followers.map(\.name) == ["standby_1"])
            let own = try await standby.standbyStatus()
            #expect(own.isStandby && own.isReceiving)
            #expect(own.systemIdentifier == status.systemIdentifier)
            #expect(await standby.health().contains { $0.check == "server" && $0.verdict == .good })

            // Two writable servers are what must not be.
            await #expect(throws: PostgresServerError.self) { try await standby.promoteStandby() }
            _ = try await primary.stop()
            try await eventually("that the primary is missed") { try await !standby.standbyStatus().isReceiving }
            try await standby.promoteStandby()
            try await standby.run("INSERT INTO public.note VALUES (1002)")
            #expect(try await standby.standbyStatus().timeline == status.timeline + 1)
            // Given again, as after a kill, it changes nothing. A server that never was a standby refuses.
            try await standby.promoteStandby()
            #expect(try await standby.standbyStatus().timeline == status.timeline + 1)
            _ = try await primary.start()
            await #expect(throws: PostgresServerError.self) { try await primary.promoteStandby() }
            _ = try await standby.stop(.immediate)
        }
    }

    @Test func aStandbyThatIsAwayDoesNotFillThePrimarysDisk() async throws {
        try await withScratch { scratch in
            let primary = try scratch.server { $0.maxWALSize = .mebibytes(128) }
            _ = try await primary.start()
            let standby = try Self.standby(scratch)
            try await standby.createStandby(of: Self.source(primary))
            _ = try await standby.start()
            _ = try await standby.stop()
            for _ in 0..<20 {
                try await primary.run(
                    "SELECT pg_logical_emit_message(false, 'x', repeat('x', 16000000)); SELECT pg_switch_wal()"
                )
            }
            try await primary.run("CHECKPOINT")
            let kept = try await primary.text(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), min(restart_lsn)) < 200 * 1048576 OR min(restart_lsn) IS NULL FROM pg_replication_slots"
            )
            #expect(kept == "true")
            let finding = await primary.health().first { $0.check == "slot standby_1" }
            #expect(finding != nil && finding?.verdict != .good)
        }
    }

    @Test func aFolderWithAClusterIsNotOverwritten() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            await #expect(throws: PostgresServerError.self) {
                try await server.createStandby(of: Self.source(server))
            }
            let empty = try Self.standby(scratch)
            // Nobody listens there.
            await #expect(throws: PostgresServerError.self) { try await empty.createStandby(of: Self.source(server)) }
            #expect(try empty.cluster.major() == nil)
            var odd = Self.source(server)
            odd.slot = "it's"
            let source = odd
            await #expect(throws: PostgresServerError.self) { try await empty.createStandby(of: source) }
        }
    }

    private static func standby(_ scratch: Scratch) throws -> DatabaseServer {
        try scratch.server {
            $0.root = scratch.folder.appending("standby")
            $0.maxWALSize = .mebibytes(128)
        }
    }

    private static func source(_ primary: DatabaseServer) -> StandbySource {
        StandbySource(
            host: primary.layout.socketDirectory.string,
            port: primary.settings.port,
            login: DatabaseRole.backup.name,
            passwordFile: nil,
            rootCertificate: nil,
            slot: "standby_1"
        )
    }
}
