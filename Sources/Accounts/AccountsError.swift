/// What can go wrong with passwords, names and tokens.
package enum AccountsError: Error, Equatable {
    /// A stored hash is not a PHC string of argon2; the associated text says what is wrong, and holds no part of the hash.
    case unreadablePasswordHash(reason: String)
    /// A stored hash asks for more memory, passes or lanes than this process lets a single check use.
    case passwordHashTooCostly(memoryKiB: UInt32, passes: UInt32, lanes: UInt32)
    /// libargon2 refused, mostly for want of memory. `code` is its `ARGON2_…` value.
    case hashingFailed(code: Int32, message: String)
    case unacceptableAccountName(reason: String)
}

extension AccountsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadablePasswordHash(let reason):
            "stored password hash is not readable: \(reason); set the account's password anew"
        case .passwordHashTooCostly(let memoryKiB, let passes, let lanes):
            "stored password hash asks for \(memoryKiB) KiB, \(passes) passes and \(lanes) lanes, "
                + "more than is allowed for one check; set the account's password anew"
        case .hashingFailed(let code, let message):
            "argon2 could not hash a password: \(message) (code \(code))"
        case .unacceptableAccountName(let reason):
            "account name is not acceptable: \(reason)"
        }
    }
}
