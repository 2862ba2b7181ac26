@testable import Collector

/// Holds a value so that an expectation can change it.
final class Held<Value> {
    var value: Value

    init(_ value: Value) {
        self.value = value
    }
}

extension Held<LogWatch> {
    var files: [FileKey: LogWatch.Watched] { value.files }
    var current: FileKey? { value.current }

    func add(_ key: FileKey, _ facts: FileFacts, isCurrent: Bool, now: Duration) {
        value.add(key, facts, isCurrent: isCurrent, now: now)
    }

    @discardableResult
    func look(
        path: PathFacts,
        open: [FileKey: FileFacts] = [:],
        settled: Set<FileKey> = [],
        now: Duration
    ) -> [LogWatch.Action] {
        value.look(path: path, open: open, settled: settled, now: now)
    }

    func noteCut(_ key: FileKey) -> [LogWatch.Action] {
        value.noteCut(key)
    }
}

extension Held<WriterCourse> {
    @discardableResult
    func turn(_ turn: WriterCourse.Turn) -> WriterCourse.Action {
        value.turn(turn, random: 0)
    }
}

extension Held<ReportTimes> {
    func isDue(_ now: Duration, changes: Int, isIdle: Bool) -> Bool {
        value.isDue(now: now, changes: changes, isIdle: isIdle)
    }
}

extension Held<BackOff> {
    func next(_ random: Double) -> Duration {
        value.next(random: random)
    }
}
