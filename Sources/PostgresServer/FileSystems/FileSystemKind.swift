/// A type of file system and whether a database may lie on it. Numbers are `f_type` of statfs(2), from
/// linux/magic.h and the file systems' own sources, as 32 bits.
package struct FileSystemKind: Sendable, Equatable, Codable {
    package enum Verdict: String, Sendable, Codable {
        case accept, warn, refuse
    }

    /// Name used in settings and messages.
    package let name: String
    package let magic: UInt32
    package let verdict: Verdict
    /// Why it is refused or warned of; empty when accepted.
    package let reason: String

    static let network = "files over a network are lost or torn when it breaks, and locks may not hold"
    static let cluster = "several machines can mount it at once, and two servers on one directory destroy it"
    static let memory = "what is written there is gone after a restart"
    static let layered = "its files are copies in layers, gone with the container, and fsync may not reach the disk"
    static let foreign = "it has no permissions, links or dependable fsync"
    static let user = "a program serves it, and fsync is only as good as that program"

    package static let all: [FileSystemKind] = [
        .init("ext4", 0xEF53, .accept),
        .init("xfs", 0x5846_5342, .accept),
        .init("zfs", 0x2FC1_2FC1, .accept),
        .init("f2fs", 0xF2F5_2010, .accept),
        .init("bcachefs", 0xCA45_1A4E, .accept),
        .init("jfs", 0x3153_464A, .accept),
        .init("btrfs", 0x9123_683E, .warn, "copy-on-write fragments database files; chattr +C before init helps"),
        .init("reiserfs", 0x5265_4973, .warn, "it is no longer maintained"),
        .init("ecryptfs", 0xF15F, .warn, "it stands on another file system that cannot be judged from here"),
        .init("nfs", 0x6969, .refuse, network),
        .init("smb", 0x517B, .refuse, network),
        .init("cifs", 0xFF53_4D42, .refuse, network),
        .init("smb2", 0xFE53_4D42, .refuse, network),
        .init("9p", 0x0102_1997, .refuse, network),
        .init("afs", 0x5346_414F, .refuse, network),
        .init("kafs", 0x6B41_4653, .refuse, network),
        .init("coda", 0x7375_7245, .refuse, network),
        .init("ncp", 0x564C, .refuse, network),
        .init("ceph", 0x00C3_6400, .refuse, network),
        .init("lustre", 0x0BD0_0BD0, .refuse, network),
        .init("gpfs", 0x4750_4653, .refuse, cluster),
        .init("gfs2", 0x0116_1970, .refuse, cluster),
        .init("ocfs2", 0x7461_636F, .refuse, cluster),
        .init("fuse", 0x6573_5546, .refuse, user),
        .init("vboxsf", 0x786F_4256, .refuse, user),
        .init("prl_fs", 0x7C7C_6673, .refuse, user),
        .init("vmhgfs", 0xBACB_ACBC, .refuse, user),
        .init("tmpfs", 0x0102_1994, .refuse, memory),
        .init("ramfs", 0x8584_58F6, .refuse, memory),
        .init("hugetlbfs", 0x9584_58F6, .refuse, memory),
        .init("overlay", 0x794C_7630, .refuse, layered),
        .init("aufs", 0x6175_6673, .refuse, layered),
        .init("squashfs", 0x7371_7368, .refuse, "it cannot be written"),
        .init("iso9660", 0x9660, .refuse, "it cannot be written"),
        .init("msdos", 0x4D44, .refuse, foreign),
        .init("exfat", 0x2011_BAB0, .refuse, foreign),
        .init("ntfs", 0x5346_544E, .refuse, foreign),
        .init("ntfs3", 0x7366_746E, .refuse, foreign),
        .init("autofs", 0x0187, .refuse, "nothing is mounted there yet"),
    ]

    private init(_ name: String, _ magic: UInt32, _ verdict: Verdict, _ reason: String = "") {
        self.name = name
        self.magic = magic
        self.verdict = verdict
        self.reason = reason
    }

    /// The kind that statfs(2) tells. What nobody listed is warned of, under its number.
    package static func identified(by magic: UInt32) -> FileSystemKind {
        all.first { $0.magic == magic }
            ?? FileSystemKind(
                "0x" + String(magic, radix: 16),
                magic,
                .warn,
                "this type is unknown to Mailmill; its promises were probed, not proven"
            )
    }

    package static func named(_ name: String) -> FileSystemKind? {
        all.first { $0.name == name }
    }
}
