import SystemPackage
import Testing

@testable import PostgresServer

/// Says that everything lies on one kind of file system.
struct FixedFileSystem: FileSystemProbe {
    var magic: UInt32
    var options: Set<String> = ["rw"]

    func facts(of path: FilePath) throws -> FileSystemFacts {
        FileSystemFacts(magic: magic, mountPoint: "/mnt", type: "", options: options)
    }
}

@Suite struct FileSystemCheckTests {
    @Test(
        arguments: [
            ("ext4", 0xEF53), ("xfs", 0x5846_5342), ("zfs", 0x2FC1_2FC1), ("f2fs", 0xF2F5_2010),
            ("bcachefs", 0xCA45_1A4E),
        ] as [(String, UInt32)]
    )
    func localFileSystemsAreAccepted(name: String, magic: UInt32) throws {
        let outcome = try check(magic)
        #expect(outcome.kind.name == name)
        #expect(outcome.warnings.isEmpty)
    }

    @Test(
        arguments: [
            ("nfs", 0x6969), ("smb", 0x517B), ("cifs", 0xFF53_4D42), ("smb2", 0xFE53_4D42), ("9p", 0x0102_1997),
            ("afs", 0x5346_414F), ("kafs", 0x6B41_4653), ("coda", 0x7375_7245), ("ncp", 0x564C), ("ceph", 0x00C3_6400),
            ("lustre", 0x0BD0_0BD0), ("gpfs", 0x4750_4653), ("gfs2", 0x0116_1970), ("ocfs2", 0x7461_636F),
            ("fuse", 0x6573_5546), ("tmpfs", 0x0102_1994), ("ramfs", 0x8584_58F6), ("overlay", 0x794C_7630),
            ("squashfs", 0x7371_7368), ("msdos", 0x4D44), ("exfat", 0x2011_BAB0), ("autofs", 0x0187),
        ] as [(String, UInt32)]
    )
    func othersAreRefusedByNameAndAcceptedByTheirNameAlone(name: String, magic: UInt32) throws {
        #expect {
            try check(magic)
        } throws: { error in
            guard case PostgresServerError.fileSystemRefused(_, let told, _, _) = error else { return false }
            return told == name && "\(error)".contains("database.allow_file_systems: [\(name)]")
        }
        #expect(throws: PostgresServerError.self) { try check(magic, allowed: name == "nfs" ? "cifs" : "nfs") }
        let outcome = try check(magic, allowed: name)
        #expect(outcome.overridden)
        #expect(outcome.warnings.count == 1)
    }

    @Test(arguments: [0x9123_683E, 0x5265_4973, 0xF15F, 0x1234_5678] as [UInt32])
    func someAreWarnedOf(magic: UInt32) throws {
        let outcome = try check(magic)
        #expect(outcome.warnings.count == 1)
        #expect(!outcome.overridden)
    }

    @Test func readOnlyMountsAreRefused() {
        #expect {
            try FileSystemCheck(probe: FixedFileSystem(magic: 0xEF53, options: ["ro"]), allowed: []).check("/srv/db")
        } throws: {
            $0 as? PostgresServerError == .fileSystemReadOnly(path: "/srv/db", mountPoint: "/mnt")
        }
    }

    @Test(arguments: ["nobarrier", "barrier=0", "data=writeback"])
    func optionsThatLoseDataAreWarnedOf(option: String) throws {
        let probe = FixedFileSystem(magic: 0xEF53, options: ["rw", option])
        #expect(
            try FileSystemCheck(probe: probe, allowed: []).check("/srv/db").warnings == [
                "/mnt is mounted with \(option)"
            ]
        )
    }

    @Test func everyNumberAndNameIsListedOnce() {
        #expect(Set(FileSystemKind.all.map(\.magic)).count == FileSystemKind.all.count)
        #expect(Set(FileSystemKind.all.map(\.name)).count == FileSystemKind.all.count)
        #expect(FileSystemKind.all.allSatisfy { $0.verdict == .accept || !$0.reason.isEmpty })
    }

    @Test func aPathThatDoesNotExistIsJudgedByItsNearestAncestor() throws {
        let facts = try KernelFileSystemProbe().facts(of: "/proc/does/not/exist")
        #expect(facts.magic == 0x9FA0)
        #expect(facts.mountPoint == "/proc")
        #expect(facts.type == "proc")
    }

    @Test func theMountTableIsReadWithItsEscapes() throws {
        let table = MountTable(
            text: """
                22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw
                28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
                90 28 0:50 / /mnt/my\\040disk rw - nfs4 host:/a\\040b ro,vers=4.2
                91 28 0:51 / /mnt/over rw - ext4 /dev/vdb rw
                92 28 0:52 / /mnt/over rw - tmpfs none rw
                broken line
                """
        )
        let mount = try #require(table.mount(holding: "/mnt/my disk/db"))
        #expect(mount.type == "nfs4")
        #expect(mount.source == "host:/a b")
        #expect(mount.options.contains("ro"))
        #expect(table.mount(holding: "/mnt/over/x")?.type == "tmpfs")
        #expect(table.mount(holding: "/mnt/overlap")?.mountPoint == "/")
    }

    @Test func overridesAreRecordedOnceAndKept() throws {
        let text = "# head\n2026-11-22T21:00:00Z\tnfs\t/srv/a b\n"
        #expect(
            FileSystemOverride.parse(text) == [.init(name: "nfs", path: "/srv/a b", since: "2026-11-22T21:00:00Z")]
        )
    }

    @discardableResult
    private func check(_ magic: UInt32, allowed: String...) throws -> FileSystemCheck.Outcome {
        try FileSystemCheck(probe: FixedFileSystem(magic: magic), allowed: allowed).check("/srv/db")
    }
}
