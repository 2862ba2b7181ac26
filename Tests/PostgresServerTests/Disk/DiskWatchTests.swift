import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct DiskWatchTests {
    private static let total = ByteCount.gibibytes(100)
    private static let wal = ByteCount.gibibytes(1)

    @Test func ingestStopsBelowFivePercentOfALargeDisk() {
        #expect(DiskReserve(disk: Self.total, maxWALSize: Self.wal).stopsIngestBelow == .gibibytes(5))
    }

    @Test func ingestStopsBelowTwiceTheWALOfASmallDisk() {
        let reserve = DiskReserve(disk: .gibibytes(10), maxWALSize: Self.wal)
        #expect(reserve.stopsIngestBelow == .gibibytes(2) + .mebibytes(16))
    }

    @Test func theVerdictIsToldOnceAndComesBackWithAGap() {
        var watch = DiskWatch(maxWALSize: Self.wal)
        #expect(watch.observe([space(6)]) == nil)
        #expect(watch.observe([space(5)]) == nil)
        #expect(watch.observe([space(4)]) == .ingestMustStop)
        #expect(watch.observe([space(3)]) == nil)
        #expect(watch.observe([space(5)]) == nil)
        #expect(watch.verdict == .ingestMustStop)
        #expect(watch.observe([space(6)]) == .ingestMayGoOn)
        #expect(watch.observe([space(5)]) == nil)
    }

    @Test func theFullerOfTwoDisksDecides() {
        var watch = DiskWatch(maxWALSize: Self.wal)
        #expect(watch.observe([space(50), space(1)]) == .ingestMustStop)
        #expect(watch.observe([space(1), space(50)]) == nil)
        #expect(watch.observe([space(50), space(50)]) == .ingestMayGoOn)
    }

    @Test func sizesReadAsPeopleWriteThem() {
        #expect("\(ByteCount(0))" == "0 bytes")
        #expect("\(ByteCount(1023))" == "1023 bytes")
        #expect("\(ByteCount(1536))" == "1.5 KiB")
        #expect("\(ByteCount.mebibytes(48))" == "48.0 MiB")
        #expect("\(ByteCount.gibibytes(2048))" == "2.0 TiB")
        #expect("\(ByteCount(Int64.max))" == "8192.0 PiB")
        #expect(ByteCount.gibibytes(2).setting == "2048MB")
    }

    @Test func ballastTakesSpaceAndGivesItBack() throws {
        let scratch = try Scratch()
        defer { _ = try? FileTree.remove(scratch.folder) }
        let ballast = Ballast(path: scratch.folder.appending("ballast"))
        #expect(try !ballast.establish(.mebibytes(2), keepingFree: .gibibytes(1 << 20)))
        #expect(ballast.held == .zero)
        #expect(try ballast.establish(.mebibytes(2), keepingFree: .zero))
        #expect(ballast.held >= .mebibytes(2))
        #expect(try ballast.release() >= .mebibytes(2))
        #expect(try ballast.release() == .zero)
        #expect(try !ballast.establish(.zero, keepingFree: .zero))
        #expect(Ballast.size(disk: DiskSpace(total: .gibibytes(1), free: .zero), setting: nil) == .mebibytes(64))
        #expect(Ballast.size(disk: DiskSpace(total: .gibibytes(900), free: .zero), setting: nil) == .gibibytes(1))
    }

    @Test func settingsOfPostgreSQLAreReadWithTheirUnits() {
        #expect(ByteCount(setting: "2GB", unit: .mebibytes(1)) == .gibibytes(2))
        #expect(ByteCount(setting: "512 MB", unit: .mebibytes(1)) == .mebibytes(512))
        #expect(ByteCount(setting: "1024", unit: .mebibytes(1)) == .gibibytes(1))
        #expect(ByteCount(setting: "2gb", unit: .mebibytes(1)) == nil)
        #expect(ByteCount(setting: "GB", unit: .mebibytes(1)) == nil)
        #expect(ByteCount(setting: "99999999999TB", unit: .mebibytes(1)) == nil)
    }

    @Test func plansAreModestOnSmallAndLargeMachines() {
        let settings = ServerSettings()
        let small = ResourcePlan(memory: .mebibytes(512), disk: .gibibytes(1), settings: settings)
        #expect(small.sharedBuffers == .mebibytes(64))
        #expect(small.maxWALSize == .mebibytes(128))
        #expect(small.workMemory == .mebibytes(4))
        let large = ResourcePlan(memory: .gibibytes(512), disk: .gibibytes(4000), settings: settings)
        #expect(large.sharedBuffers == .gibibytes(4))
        #expect(large.maxWALSize == .gibibytes(2))
        var own = settings
        own.sharedBuffers = .gibibytes(7)
        own.maxWALSize = .gibibytes(9)
        let told = ResourcePlan(memory: .gibibytes(8), disk: .gibibytes(40), settings: own)
        #expect(told.sharedBuffers == .gibibytes(7))
        #expect(told.maxWALSize == .gibibytes(9))
    }

    @Test func memoryIsWhatTheControlGroupAllows() {
        #expect(
            MachineMemory.parse(meminfo: "MemFree: 1 kB\nMemTotal:       24684092 kB\n") == ByteCount(24_684_092 << 10)
        )
        #expect(MachineMemory.parse(limit: "max\n") == nil)
        #expect(MachineMemory.parse(limit: "536870912\n") == .mebibytes(512))
    }

    private func space(_ free: Int64) -> DiskSpace { DiskSpace(total: Self.total, free: .gibibytes(free)) }
}
