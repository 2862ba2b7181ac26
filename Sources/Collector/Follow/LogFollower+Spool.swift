import SystemPackage

extension LogFollower {
    /// What has to go on whatever the database does: looks, and the spool. Looks do not wait for the spool's disk: a log
    /// that is open can be read to its end, whatever becomes of its name.
    func maintain() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.repeatedly {
                    await self.look()
                    return .milliseconds(100)
                }
            }
            group.addTask {
                await self.repeatedly { await self.keepUp() ? .milliseconds(1) : .milliseconds(100) }
            }
        }
    }

    /// Until the task is cancelled.
    ///
    /// - Parameter body: says how long to wait before it is done again.
    private nonisolated func repeatedly(_ body: @Sendable () async -> Duration) async {
        while !Task.isCancelled {
            let wait = await body()
            do {
                try await time.sleep(wait)
            } catch {
                return
            }
        }
    }

    /// One round of it.
    ///
    /// - Returns: whether there is more to spool at once.
    func keepUp() async -> Bool {
        look()
        if isSpoolDue, opening != nil { followSpooled() }
        if spoolTriedAt == nil { await openSpool() }
        await attachIfDatabaseIsAway()
        if let spoolTriedAt, time.elapsed() - spoolTriedAt > .seconds(5) { await openSpool() }
        let report = await spooler.write(spoolTargets(), committed: isProvisional ? [:] : committed)
        note(report)
        if time.elapsed() - (rememberedAt ?? .zero) > .seconds(60) { await remember() }
        return report.isBehind
    }

    /// A start without the database: logs are found and spooled as this collector remembers them.
    private func attachIfDatabaseIsAway() async {
        guard opening == nil, isWriterAway || time.elapsed() - startedAt > .seconds(2) else { return }
        await attachProvisionally()
    }

    /// What has to be spooled, and how far: what was read, while all is well; everything, at once and safely, while
    /// the database is away, and of a log that was rotated away.
    private func spoolTargets() -> [SpoolTarget] {
        guard opening != nil, hasOpenedSpool else { return [] }
        let isAway = isWriterAway || isProvisional
        return logs.compactMap { log in
            guard let source = log.source, isKnownWell(log) else { return nil }
            let isRotated = log.isLive && watch.current != log.key
            let isUrgent = isAway || isRotated
            guard isUrgent || log.place.position > 0 else { return nil }
            return SpoolTarget(
                key: log.key,
                name: log.name,
                source: source,
                isLive: log.isLive,
                head: log.place.head,
                start: max(0, log.place.position - Int64(ReadingPlace.window)),
                upTo: isUrgent ? .max : log.place.position,
                isUrgent: isUrgent,
                modifiedAt: log.modifiedAt
            )
        }
    }

    private func isKnownWell(_ log: FollowedLog) -> Bool {
        if case .unidentified = log.standing { return false }
        return true
    }

    private func note(_ report: SpoolReport) {
        spoolProblem = report.problem
        if hasOpenedSpool { status.set(report.problem.map { "\($0)" }, of: .spool) }
        status.update { $0.spoolBytes = report.bytes }
        for (key, end) in report.ends { log(key)?.spooledEnd = end }
        for key in report.cut { perform(watch.noteCut(key), now: time.elapsed()) }
    }
}
