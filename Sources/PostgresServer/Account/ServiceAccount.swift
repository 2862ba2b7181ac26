internal import Glibc

/// The account of the operating system that the server runs as.
package struct ServiceAccount: Sendable, Equatable, Codable {
    package let name: String
    package let userID: UInt32
    package let groupID: UInt32

    package init(name: String, userID: UInt32, groupID: UInt32) {
        self.name = name
        self.userID = userID
        self.groupID = groupID
    }

    /// The account that a server started by this process becomes: the one named when we are root, else ourselves.
    /// - Throws: `accountMissing`, `accountUnusable`.
    package static func resolve(_ name: String) throws -> ServiceAccount {
        guard geteuid() == 0 else { return try current() }
        guard let account = named(name) else { throw PostgresServerError.accountMissing(name: name) }
        guard account.userID != 0 else {
            throw PostgresServerError.accountUnusable(name: name, reason: "PostgreSQL refuses to run as root")
        }
        return account
    }

    /// Whoever runs this process.
    static func current() throws -> ServiceAccount {
        let userID = geteuid()
        return lookUp { getpwuid_r(userID, $0, $1, $2, $3) }
            ?? ServiceAccount(name: "\(userID)", userID: userID, groupID: getegid())
    }

    package static func named(_ name: String) -> ServiceAccount? {
        lookUp { getpwnam_r(name, $0, $1, $2, $3) }
    }

    /// Name of a user, or its number where it has none.
    static func userName(_ userID: UInt32) -> String {
        lookUp { getpwuid_r(userID, $0, $1, $2, $3) }?.name ?? "user \(userID)"
    }

    static func groupID(named name: String) -> UInt32? {
        var entry = group()
        var buffer = [CChar](repeating: 0, count: 65536)
        var found: UnsafeMutablePointer<group>?
        let result = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        return result == 0 && found != nil ? entry.gr_gid : nil
    }

    private typealias Query = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func lookUp(_ query: Query) -> ServiceAccount? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16384)
        var found: UnsafeMutablePointer<passwd>?
        return buffer.withUnsafeMutableBufferPointer { space -> ServiceAccount? in
            guard let start = space.baseAddress, query(&entry, start, space.count, &found) == 0, found != nil else {
                return nil
            }
            return ServiceAccount(name: String(cString: entry.pw_name), userID: entry.pw_uid, groupID: entry.pw_gid)
        }
    }
}
