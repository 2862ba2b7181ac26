/// What `start` does next, decided from the PID file and the lock's holder, without I/O.
enum StartDecision: Sendable, Equatable {
    /// Nobody is there: start. `setAside`: the PID file cannot be read by PostgreSQL and must go out of its way.
    /// `ignoring`: what has the PID file's number and is no server: another process, or a dead one that nobody has
    /// reaped, as in a container without an init. PostgreSQL would take either for a server.
    case launch(setAside: Bool, ignoring: Int32?)
    /// A server runs or starts.
    case join(PostmasterFile)
    /// A launcher has taken the lock, or a postmaster has that has no PID file: for a moment when it starts, for good
    /// when someone took the file away.
    case waitForFile(ProcessFacts)
    /// A postmaster died, and its children are still at work.
    case waitForLeftovers([Int32])
    case singleUser(pid: Int32)

    init(judgement: PostmasterJudgement, holder: LockHolder) {
        switch (judgement, holder) {
        case (.live(let file), _): self = .join(file)
        case (.singleUser(let pid), _): self = .singleUser(pid: pid)
        case (_, .taker(let facts)): self = .waitForFile(facts)
        case (_, .inheritors(let facts)) where !facts.isEmpty: self = .waitForLeftovers(facts.map(\.pid))
        case (.empty, _), (.damaged, _): self = .launch(setAside: true, ignoring: nil)
        case (.recycled(let pid, by: _), _): self = .launch(setAside: false, ignoring: pid)
        case (.dead(let pid), _): self = .launch(setAside: false, ignoring: pid)
        case (.absent, _): self = .launch(setAside: false, ignoring: nil)
        }
    }
}
