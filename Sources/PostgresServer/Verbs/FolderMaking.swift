internal import Glibc
internal import SystemPackage

/// Makes a folder for the account, and never takes one that is somebody else's.
enum FolderMaking {
    /// - Parameters:
    ///   - permissions: of the folder when it is made here.
    ///   - group: its group; nil for the account's own.
    ///   - followsLink: false for a folder inside one that the account can write, where it could plant a link.
    static func establish(
        _ path: FilePath,
        for account: ServiceAccount,
        permissions: mode_t,
        group: String? = nil,
        followsLink: Bool = false
    ) throws {
        try makeParents(of: path)
        let isNew = mkdir(path.string, permissions) == 0
        guard isNew || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: path, Errno(rawValue: errno))
        }
        let options: FileDescriptor.OpenOptions =
            followsLink ? [.directory, .closeOnExec] : [.directory, .closeOnExec, .noFollow]
        let folder: FileDescriptor
        do {
            folder = try FileDescriptor.open(path, .readOnly, options: options)
        } catch let error as Errno {
            throw PostgresServerError.system(action: "open the folder", path: path, error)
        }
        defer { folder.closeQuietly() }
        let owner = try Stat(folder).userID.rawValue
        if owner != account.userID {
            // An empty folder may come from a package, an operator or a disk of its own; a full one belongs to somebody.
            let isEmpty = try FileTree.names(in: path)?.allSatisfy { $0 == "lost+found" } ?? true
            guard geteuid() == 0, isNew || (owner == 0 && isEmpty) else {
                throw PostgresServerError.wrongOwner(
                    path: path,
                    owner: ServiceAccount.userName(owner),
                    expected: account.name
                )
            }
            guard fchown(folder.rawValue, account.userID, account.groupID) == 0 else {
                throw PostgresServerError.system(action: "give away", path: path, Errno(rawValue: errno))
            }
        }
        if isNew || group != nil { try setMode(folder, path, permissions, group) }
    }

    private static func setMode(
        _ folder: FileDescriptor,
        _ path: FilePath,
        _ permissions: mode_t,
        _ group: String?
    ) throws {
        if let group {
            guard let groupID = ServiceAccount.groupID(named: group) else {
                throw PostgresServerError.setting(
                    name: "database.socket_group",
                    value: group,
                    advice: "no such group; see `getent group`"
                )
            }
            guard fchown(folder.rawValue, .max, groupID) == 0 else {
                throw PostgresServerError.system(action: "give to group \(group)", path: path, Errno(rawValue: errno))
            }
        }
        guard fchmod(folder.rawValue, permissions) == 0 else {
            throw PostgresServerError.system(action: "set the permissions of", path: path, Errno(rawValue: errno))
        }
    }

    private static func makeParents(of path: FilePath) throws {
        let parent = path.removingLastComponent()
        guard !parent.components.isEmpty, (try? Stat(parent)) == nil else { return }
        try makeParents(of: parent)
        guard mkdir(parent.string, 0o755) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: parent, Errno(rawValue: errno))
        }
        chmod(parent.string, 0o755)
    }
}
