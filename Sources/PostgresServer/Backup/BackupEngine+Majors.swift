extension BackupEngine {
    /// The first pgBackRest that knows a major of PostgreSQL (pgBackRest's release notes). Debian 12 has 2.45, which knows
    /// 15 and before; 2.46, 2.53.1 and 2.55 brought the next ones.
    private static let firstVersions = [16: "2.46", 17: "2.53.1", 18: "2.55"]

    /// - Throws: `engineTooOld` when pgBackRest came out before the major did.
    func check(major: Int) throws {
        let found = try version()
        guard let needed = Self.firstVersions[major], !Backups.isAtLeast(found, needed) else { return }
        throw BackupError.engineTooOld(found: found, needed: needed, purpose: "a backup of PostgreSQL \(major)")
    }
}
