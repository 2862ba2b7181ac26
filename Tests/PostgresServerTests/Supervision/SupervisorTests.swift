import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct SupervisorTests {
    @Test func delaysGrowAndShrinkAgainAfterAGoodRun() {
        var backoff = RestartBackoff()
        #expect((0..<9).map { _ in backoff.delay(after: nil) }.last == .seconds(30))
        #expect(backoff.delay(after: .seconds(59)) == .seconds(30))
        #expect(backoff.delay(after: .seconds(61)) == .milliseconds(250))
        #expect(backoff.delay(after: nil) == .milliseconds(500))
    }

    @Test func itStartsTheServerRestartsItWhenItDiesAndStopsItAtTheEnd() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try await supervised(server) { states, shutdown in
                let first = try await states.running(count: 1)
                kill(first.pid, SIGKILL)
                let second = try await states.running(count: 2)
                #expect(second.pid != first.pid)
                #expect(!second.adopted)
                #expect(await server.status().starter == .supervisor)
                // A restart by hand leaves it the supervisor's.
                let third = try await server.restart()
                #expect(try await states.running(count: 3).pid == third.pid)
                #expect(await server.status().starter == .supervisor)
                shutdown()
            }
            #expect(await server.status().state == .stopped)
        }
    }

    @Test func aServerThatTheCommandStartedIsAdoptedAndLeft() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            try await supervised(server) { states, shutdown in
                let running = try await states.running(count: 1)
                #expect(running.adopted)
                #expect(running.pid == pid)
                shutdown()
            }
            #expect(await server.status().pid == pid)
            try await supervised(server, atShutdown: .stop) { states, shutdown in
                _ = try await states.running(count: 1)
                shutdown()
            }
            #expect(await server.status().state == .stopped)
        }
    }

    @Test func anAdoptedServerThatDiesIsStartedAgain() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            try await supervised(server) { states, shutdown in
                _ = try await states.running(count: 1)
                kill(pid, SIGKILL)
                #expect(try await !states.running(count: 2).adopted)
                shutdown()
            }
        }
    }

    @Test func anOperatorsStopIsRespectedUntilTheStart() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try await supervised(server) { states, shutdown in
                _ = try await states.running(count: 1)
                #expect(try await server.stop().stopped)
                try await eventually("the stop is noticed") { states.all.contains(.stoppedByOperator) }
                #expect(await server.status().state == .stopped)
                let pid = try await server.start().pid
                let again = try await states.running(count: 2)
                #expect(again.pid == pid)
                #expect(again.adopted)
                shutdown()
            }
        }
    }

    @Test func aFirstStartThatFailsEndsTheServiceWithItsError() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try server.cluster.localConfiguration.append("fsync = off\n")
            await #expect {
                try await supervised(server) { _, _ in }
            } throws: {
                "\($0)".contains("fsync = off would lose")
            }
        }
    }

    @Test func aSupervisorThatWasKilledLeavesItsServerToTheNext() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let serve = try ServerProcess("serve", scratch)
            try await eventually("it runs") { await server.status().state == .running }
            let pid = await server.status().pid
            kill(serve.child.pid, SIGKILL)
            _ = try await serve.ended()
            #expect(await server.status().state == .running)
            let next = try ServerProcess("serve", scratch)
            try await eventually("it is adopted") { try next.output.text().contains("adopted: true") }
            #expect(await server.status().pid == pid)
            kill(next.child.pid, SIGTERM)
            let (status, output) = try await next.ended()
            #expect(status.succeeded, "\(output)")
            // A supervisor had started it, so a supervisor stops it.
            #expect(await server.status().state == .stopped)
        }
    }

    @Test func theWatchStopsAndResumesIngestAndTellsUntilItIsHeard() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            let free = Mutex(ByteCount.gibibytes(90))
            let heard = Mutex<[DatabaseWatch.Event]>([])
            let deaf = Mutex(2)
            let watch = DatabaseWatch(
                server: server,
                logger: Logger(label: "test"),
                interval: .milliseconds(10),
                measure: { _ in DiskSpace(total: .gibibytes(100), free: free.withLock { $0 }) },
                handle: { event in
                    try deaf.withLock { count in
                        count -= 1
                        if count >= 0 { throw CancellationError() }
                    }
                    heard.withLock { $0.append(event) }
                }
            )
            let task = Task { try await watch.run() }
            try await eventually("the first verdict") {
                heard.withLock { $0.first } == .ingest(.ingestMayGoOn, free: .gibibytes(90))
            }
            free.withLock { $0 = .gibibytes(1) }
            try await eventually("the stop") {
                heard.withLock { $0.last } == .ingest(.ingestMustStop, free: .gibibytes(1))
            }
            free.withLock { $0 = .gibibytes(50) }
            try await eventually("the go") {
                heard.withLock { $0.last } == .ingest(.ingestMayGoOn, free: .gibibytes(50))
            }
            #expect(heard.withLock { $0.count } == 3)
            task.cancel()
            _ = try? await task.value
        }
    }

    @Test func theWatchAlarmsWhenThePIDFileIsTakenAway() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            let content = try server.cluster.pidFile.text()
            let heard = Mutex<[DatabaseWatch.Event]>([])
            let watch = DatabaseWatch(
                server: server,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                interval: .milliseconds(50)
            ) { event in
                heard.withLock { $0.append(event) }
            }
            let task = Task { try await watch.run() }
            try FileTree.unlink(server.cluster.pidFile)
            try await eventually("the alarm") { heard.withLock { $0.contains(.pidFileRemoved(pid: pid)) } }
            task.cancel()
            _ = try? await task.value
            try server.cluster.pidFile.write(content)
        }
    }

    /// Runs a supervisor around `body`, which ends it.
    private func supervised(
        _ server: DatabaseServer,
        atShutdown: ServerAtShutdown = .automatic,
        _ body: @escaping @Sendable (States, @escaping @Sendable () -> Void) async throws -> Void
    ) async throws {
        let states = States()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let supervisor = DatabaseSupervisor(server: server, logger: logger, atShutdown: atShutdown) { states.add($0) }
        let group = ServiceGroup(configuration: .init(services: [supervisor], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { try await body(states) { Task { await group.triggerGracefulShutdown() } } }
            while try await tasks.next() != nil {}
        }
    }
}

/// What a supervisor told.
final class States: Sendable {
    private let list = Mutex<[SupervisorState]>([])

    var all: [SupervisorState] { list.withLock { $0 } }

    func add(_ state: SupervisorState) { list.withLock { $0.append(state) } }

    /// Waits until the server has been running for the `count`th time.
    func running(count: Int) async throws -> (pid: Int32, adopted: Bool) {
        var found: [(pid: Int32, adopted: Bool)] = []
        try await eventually("running \(count) times") {
            found = all.compactMap { if case .running(let pid, let adopted) = $0 { (pid, adopted) } else { nil } }
            return found.count >= count
        }
        return found[count - 1]
    }
}
