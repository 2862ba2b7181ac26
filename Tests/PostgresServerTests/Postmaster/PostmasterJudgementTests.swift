import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct PostmasterJudgementTests {
    private static let ours = FileIdentity(device: 1, inode: 10)
    private static let other = FileIdentity(device: 1, inode: 11)
    private static let content = PostmasterFile.parse("4711\n/srv/db\n1000000\n5432\n/run\n\n1 1\nready\n")

    @Test func aServerInOurDirectoryLives() {
        guard case .live = judge(process()) else {
            Issue.record("not live")
            return
        }
    }

    @Test func aClockThatWasSetDoesNotMakeALiveServerLookDead() {
        guard case .live = judge(process(startedAt: 5)) else {
            Issue.record("not live")
            return
        }
    }

    @Test func aServerWhoseProgramWasReplacedLives() {
        guard case .live = judge(process(executable: "/usr/lib/postgresql/15/bin/postgres (deleted)")) else {
            Issue.record("not live")
            return
        }
    }

    @Test func noProcessMeansDead() {
        #expect(judge(nil) == .dead(pid: 4711))
        #expect(judge(process(isZombie: true)) == .dead(pid: 4711))
    }

    @Test func anotherProgramWithTheNumberIsNoServer() {
        let process = process(executable: "/usr/bin/sleep")
        #expect(judge(process) == .recycled(pid: 4711, by: process))
    }

    @Test func anotherServerWithTheNumberIsNotOurs() {
        let process = process(workingDirectory: Self.other)
        #expect(judge(process) == .recycled(pid: 4711, by: process))
    }

    @Test func whereNothingCanBeSeenTheStartTimeDecides() {
        let young = process(startedAt: 2_000_000, executable: nil, workingDirectory: nil)
        #expect(judge(young) == .recycled(pid: 4711, by: young))
        let same = process(startedAt: 1_000_002, executable: nil, workingDirectory: nil)
        guard case .live = judge(same) else {
            Issue.record("not live")
            return
        }
    }

    @Test func aSingleUserServerIsToldApart() {
        let content = PostmasterFile.parse("-4711\n/srv/db\n1000000\n5432\n/run\n")
        #expect(PostmasterJudgement(content, facts: process(), directory: Self.ours) == .singleUser(pid: 4711))
    }

    @Test func missingEmptyAndDamagedFilesStayWhatTheyAre() {
        #expect(PostmasterJudgement(.missing, facts: nil, directory: Self.ours) == .absent)
        #expect(PostmasterJudgement(.empty, facts: nil, directory: Self.ours) == .empty)
        #expect(PostmasterJudgement(.damaged("x"), facts: nil, directory: Self.ours) == .damaged("x"))
    }

    // MARK: What start does with it

    @Test func nothingThereMeansLaunch() {
        #expect(StartDecision(judgement: .absent, holder: .nobodySeen) == .launch(setAside: false, ignoring: nil))
    }

    @Test func aDeadServerThatNobodyReapedIsIgnored() {
        #expect(StartDecision(judgement: .dead(pid: 7), holder: .nobodySeen) == .launch(setAside: false, ignoring: 7))
    }

    @Test func anUnreadableFileIsSetAsideOnlyWhenNobodyHoldsTheLock() {
        for judgement in [PostmasterJudgement.empty, .damaged("x")] {
            #expect(StartDecision(judgement: judgement, holder: .nobodySeen) == .launch(setAside: true, ignoring: nil))
            #expect(StartDecision(judgement: judgement, holder: .taker(process())) == .waitForFile(process()))
            #expect(StartDecision(judgement: judgement, holder: .inheritors([process()])) == .waitForLeftovers([4711]))
        }
    }

    @Test func aRecycledNumberIsIgnored() {
        let judgement = PostmasterJudgement.recycled(pid: 4711, by: process())
        #expect(StartDecision(judgement: judgement, holder: .nobodySeen) == .launch(setAside: false, ignoring: 4711))
    }

    @Test func aLiveServerIsJoinedWhoeverHoldsTheLock() {
        for holder in [LockHolder.nobodySeen, .taker(process()), .inheritors([process()])] {
            guard case .join(let file) = StartDecision(judgement: judge(process()), holder: holder) else {
                Issue.record("not joined")
                return
            }
            #expect(file.pid == 4711)
        }
    }

    @Test func aSingleUserServerIsLeftAlone() {
        #expect(StartDecision(judgement: .singleUser(pid: 7), holder: .nobodySeen) == .singleUser(pid: 7))
    }

    @Test func childrenOfADeadPostmasterAreWaitedFor() {
        let decision = StartDecision(judgement: .dead(pid: 1), holder: .inheritors([process()]))
        #expect(decision == .waitForLeftovers([4711]))
    }

    private func judge(_ process: ProcessFacts?) -> PostmasterJudgement {
        PostmasterJudgement(Self.content, facts: process, directory: Self.ours)
    }

    private func process(
        isZombie: Bool = false,
        startedAt: Int64 = 1_000_000,
        executable: FilePath? = "/usr/lib/postgresql/15/bin/postgres",
        workingDirectory: FileIdentity? = Self.ours
    ) -> ProcessFacts {
        ProcessFacts(
            pid: 4711,
            parent: 1,
            isZombie: isZombie,
            name: "postgres",
            startedAt: startedAt,
            executable: executable,
            workingDirectory: workingDirectory
        )
    }
}
