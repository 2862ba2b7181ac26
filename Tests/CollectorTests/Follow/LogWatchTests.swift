import SystemPackage
import Testing

@testable import Collector

/// The decisions of a follower, without files and without time.
@Suite struct LogWatchTests {
    let key = FileKey(high: 1, low: 1)
    let other = FileKey(high: 2, low: 2)

    func facts(_ inode: UInt64, size: Int64, links: Int = 1, modifiedAt: Int64 = 0) -> FileFacts {
        FileFacts(
            identity: FileIdentity(device: 1, inode: inode),
            size: size,
            modifiedAt: modifiedAt,
            links: links
        )
    }

    /// A watch that follows inode 7, 100 bytes long, at its path.
    func following() -> Held<LogWatch> {
        let watch = Held(LogWatch(settings: WatchSettings()))
        watch.add(key, facts(7, size: 100), isCurrent: true, now: .zero)
        return watch
    }

    @Test func aLogThatAppearsIsOpened() {
        let watch = Held(LogWatch(settings: WatchSettings()))
        #expect(watch.look(path: .file(facts(7, size: 0)), now: .zero) == [.openPath])
    }

    @Test func nothingFollowsFromGrowth() {
        let watch = following()
        let now = facts(7, size: 200)
        #expect(watch.look(path: .file(now), open: [key: now], now: .seconds(1)) == [])
        #expect(watch.files[key]?.size == 200)
    }

    @Test func aRenamedLogIsFinishedOnlyAfterItHasBeenQuiet() {
        let watch = following()
        let new = PathFacts.file(facts(8, size: 0))
        let rotated = watch.look(path: new, open: [key: facts(7, size: 100)], now: .seconds(1))
        #expect(rotated == [.rotated(key), .openPath])
        watch.add(other, facts(8, size: 0), isCurrent: true, now: .seconds(1))
        let open = [key: facts(7, size: 150), other: facts(8, size: 0)]
        #expect(watch.look(path: new, open: open, now: .seconds(4)) == [])
        #expect(watch.look(path: new, open: open, now: .seconds(8)) == [])
        #expect(watch.look(path: new, open: open, now: .seconds(9)) == [.finished(key)])
        #expect(watch.look(path: new, open: open, now: .seconds(60)) == [])
    }

    @Test func aFinishedLogIsKeptUntilItIsSettledAndOld() {
        let watch = following()
        let path = PathFacts.file(facts(8, size: 0))
        let open = [key: facts(7, size: 100)]
        watch.look(path: path, open: open, now: .zero)
        watch.look(path: path, open: open, now: .seconds(5))
        #expect(watch.look(path: path, open: open, settled: [key], now: .seconds(3000)) == [.openPath])
        #expect(watch.look(path: path, open: open, now: .seconds(9000)) == [.openPath])
        let released = watch.look(path: path, open: open, settled: [key], now: .seconds(9000))
        #expect(released == [.release(key), .openPath])
    }

    @Test func aDeletedLogIsLetGoSooner() {
        let watch = following()
        let open = [key: facts(7, size: 100, links: 0)]
        watch.look(path: .missing, open: open, now: .zero)
        watch.look(path: .missing, open: open, now: .seconds(5))
        let released = watch.look(path: .missing, open: open, settled: [key], now: .seconds(601))
        #expect(released == [.release(key)])
    }

    @Test func aLogThatGrowsAfterAllIsNotFinishedAnyMore() {
        let watch = following()
        let path = PathFacts.file(facts(8, size: 0))
        watch.look(path: path, open: [key: facts(7, size: 100)], now: .zero)
        watch.look(path: path, open: [key: facts(7, size: 100)], now: .seconds(5))
        #expect(watch.files[key]?.isFinished == true)
        watch.look(path: path, open: [key: facts(7, size: 101)], now: .seconds(6))
        #expect(watch.files[key]?.isFinished == false)
    }

    @Test func aLogThatShrinksWasCut() {
        let watch = following()
        let now = facts(7, size: 99)
        let actions = watch.look(path: .file(now), open: [key: now], now: .seconds(1))
        #expect(actions == [.cut(key, size: 100)])
        #expect(watch.noteCut(key) == [])
    }

    @Test func aLogThatWasWrittenAndHasNotGrownIsCompared() {
        let watch = following()
        let now = facts(7, size: 100, modifiedAt: 5)
        #expect(watch.look(path: .file(now), open: [key: now], now: .seconds(1)) == [.touched(key)])
        #expect(watch.look(path: .file(now), open: [key: now], now: .seconds(2)) == [])
    }

    @Test func aCutThatTheReaderFoundIsTheSame() {
        let watch = following()
        #expect(watch.noteCut(key) == [.cut(key, size: 100)])
    }

    @Test func theDisposalOfAFinishedLogIsNotANewLog() {
        let watch = following()
        let path = PathFacts.file(facts(8, size: 0))
        watch.look(path: path, open: [key: facts(7, size: 100)], now: .zero)
        watch.look(path: path, open: [key: facts(7, size: 100)], now: .seconds(5))
        let actions = watch.look(path: path, open: [key: facts(7, size: 0)], now: .seconds(6))
        #expect(actions == [.release(key), .openPath])
    }

    @Test func aLogThatIsRenamedBackIsCurrentAgain() {
        let watch = following()
        let now = facts(7, size: 100)
        watch.look(path: .missing, open: [key: now], now: .zero)
        #expect(watch.current == nil)
        let actions = watch.look(path: .file(now), open: [key: now], now: .seconds(1))
        #expect(actions == [.returned(key)])
        #expect(watch.current == key)
    }

    @Test func anAbsenceIsSaidOnceAndOnlyWhenItLasts() {
        let watch = Held(LogWatch(settings: WatchSettings()))
        #expect(watch.look(path: .missing, now: .zero) == [])
        #expect(watch.look(path: .missing, now: .seconds(2)) == [.path(.missing)])
        #expect(watch.look(path: .missing, now: .seconds(3)) == [])
        let back = watch.look(path: .file(facts(7, size: 0)), now: .seconds(4))
        #expect(back == [.openPath, .path(nil)])
        #expect(watch.look(path: .missing, now: .seconds(5)) == [])
    }

    @Test(arguments: [PathFacts.other(kind: "directory"), .unreadable(.permissionDenied)])
    func aPathThatCannotBeReadIsSaidAtOnce(path: PathFacts) {
        let watch = Held(LogWatch(settings: WatchSettings()))
        let actions = watch.look(path: path, now: .zero)
        guard case .path(.some) = actions.first, actions.count == 1 else {
            Issue.record("\(actions)")
            return
        }
    }

    @Test func manyFinishedLogsAreNotKeptOpen() {
        var settings = WatchSettings()
        settings.keptFinished = 2
        let watch = Held(LogWatch(settings: settings))
        let keys = (0..<4).map { FileKey(high: 9, low: UInt64($0)) }
        var open: [FileKey: FileFacts] = [:]
        for (index, key) in keys.enumerated() {
            open[key] = facts(UInt64(index), size: 1)
            watch.add(key, facts(UInt64(index), size: 1), isCurrent: false, now: .seconds(index))
        }
        let actions = watch.look(path: .missing, open: open, settled: Set(keys), now: .seconds(100))
        #expect(actions.contains(.release(keys[0])) && actions.contains(.release(keys[1])))
        #expect(Set(watch.files.keys) == Set(keys[2...]))
    }
}
