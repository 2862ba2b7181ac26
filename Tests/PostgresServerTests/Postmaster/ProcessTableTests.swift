import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct ProcessTableTests {
    @Test func ourOwnFactsAreRight() throws {
        let table = ProcessTable()
        let facts = try #require(table.facts(of: getpid()))
        #expect(facts.pid == getpid())
        #expect(facts.parent == getppid())
        #expect(!facts.isZombie)
        #expect(facts.workingDirectory == FileIdentity(of: "."))
        #expect(abs(Double(facts.startedAt) - Date().timeIntervalSince1970) < 3600)
        #expect(!facts.isPostgres)
    }

    @Test func nobodyHasAnImpossibleNumber() {
        #expect(ProcessTable().facts(of: Int32.max) == nil)
        #expect(ProcessTable().commandLine(of: Int32.max) == nil)
    }

    @Test func theHolderOfALockIsSeenAlsoWhenItWasInherited() async throws {
        let scratch = try Scratch()
        defer { _ = try? FileManager.default.removeItem(atPath: scratch.folder.string) }
        #expect(try ClusterLock.holder(of: scratch.folder) == .nobodySeen)
        guard case .taken(let lock) = try ClusterLock.attempt(scratch.folder) else {
            Issue.record("a fresh folder is locked")
            return
        }
        guard case .held = try ClusterLock.attempt(scratch.folder) else {
            Issue.record("two locks at once")
            return
        }
        guard case .taker(let facts) = try ClusterLock.holder(of: scratch.folder) else {
            Issue.record("holder not seen")
            return
        }
        #expect(facts.pid == getpid())
        lock.closeQuietly()
        // A shell takes the lock and dies; its child has inherited it.
        let script = "exec 9<\(scratch.folder); flock -n 9 || exit 1; sleep 30 >/dev/null 2>&1 & echo $!"
        let run = try await command("/bin/sh", ["-c", script])
        let child = try #require(Int32(run.output.split(separator: "\n").first ?? ""))
        defer { kill(child, SIGKILL) }
        guard case .inheritors(let heirs) = try ClusterLock.holder(of: scratch.folder) else {
            Issue.record("heir not seen: \(try ClusterLock.holder(of: scratch.folder))")
            return
        }
        #expect(heirs.map(\.pid) == [child])
    }

    @Test func aFolderThatIsOnlyOpenIsNotLocked() throws {
        let scratch = try Scratch()
        defer { _ = try? FileManager.default.removeItem(atPath: scratch.folder.string) }
        let open = try FileDescriptor.open(scratch.folder, .readOnly)
        defer { open.closeQuietly() }
        #expect(try ClusterLock.holder(of: scratch.folder) == .nobodySeen)
    }

    @Test func progressIsWhatChanges() {
        var detector = StallDetector<String>()
        let start = ContinuousClock().now
        #expect(detector.observe("a", at: start) == .zero)
        #expect(detector.observe("a", at: start.advanced(by: .seconds(40))) == .seconds(40))
        #expect(detector.observe("b", at: start.advanced(by: .seconds(50))) == .zero)
        #expect(detector.observe("b", at: start.advanced(by: .seconds(55))) == .seconds(5))
    }

    @Test func titlesTellWhatAStartIsAtAndWhoHoldsAStop() {
        let children = ServerChildren(children: [
            .init(pid: 1, title: "logger", ticks: 0),
            .init(pid: 2, title: "checkpointer performing shutdown checkpoint", ticks: 9),
            .init(pid: 3, title: "startup recovering 000000010000000000000003", ticks: 5),
            .init(pid: 4, title: "mailmill_report mailmill [local] SELECT", ticks: 1),
        ])
        #expect(children.startupActivity == "startup recovering 000000010000000000000003")
        #expect(children.evidence == ["3 startup recovering 000000010000000000000003 5"])
        #expect(children.blockers.map(\.pid) == [2, 3, 4])
    }
}
