package import SystemPackage

extension DatabaseServer {
    /// Makes a folder for the account to write into, wherever an operator wants it; one that is there must be empty or the
    /// account's. For before root is given up.
    package static func establishFolder(
        _ path: FilePath,
        for account: ServiceAccount,
        permissions: UInt32
    ) throws {
        try FolderMaking.establish(path, for: account, permissions: permissions, followsLink: true)
    }
}

extension DatabaseServer {
    /// Throws `diskTooSmall` unless the disk has what ingest needs to go on.
    /// - Parameter action: what wants to begin: "a migration".
    package func checkDisk(for action: String) throws {
        let disk = try DiskSpace.measure(layout.root)
        let needed = reserve(disk: disk.total).stopsIngestBelow
        guard disk.free >= needed else {
            throw BackupError.diskTooSmall(path: layout.root, free: disk.free, needed: needed, action: action)
        }
    }
}
