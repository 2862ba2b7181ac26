/// The cost of an argon2 hash (RFC 9106 §3.1).
package struct PasswordHashCost: Sendable, Equatable {
    /// KiB of memory one hash fills.
    package var memoryKiB: UInt32
    package var passes: UInt32
    package var lanes: UInt32

    package init(memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
    }

    /// 19 MiB, 2 passes, 1 lane: the argon2id setting of OWASP's Password Storage Cheat Sheet.
    package static let standard = PasswordHashCost(memoryKiB: 19_456, passes: 2, lanes: 1)

    /// The most that checking a stored hash may cost: 1 GiB, 64 passes, 16 lanes.
    package static let highest = PasswordHashCost(memoryKiB: 1_048_576, passes: 64, lanes: 16)

    var isAffordable: Bool {
        memoryKiB <= Self.highest.memoryKiB && passes <= Self.highest.passes && lanes <= Self.highest.lanes
    }
}

/// A salted, slow hash of a password, as the PHC string that is stored:
/// `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
package struct PasswordHash: Sendable, Equatable {
    /// Which argon2; we write `argon2id` and check all three.
    package enum Variant: String, Sendable {
        case argon2d, argon2i, argon2id
    }

    package let phcString: String
    package let variant: Variant
    /// 16 (1.0) or 19 (1.3).
    package let version: UInt32
    package let cost: PasswordHashCost

    /// Reads a stored PHC string. Throws `unreadablePasswordHash` or `passwordHashTooCostly`.
    package init(phcString: String) throws(AccountsError) {
        var fields = phcString.split(separator: "$", omittingEmptySubsequences: false)[...]
        guard fields.popFirst() == "", let name = fields.popFirst(), let variant = Variant(rawValue: String(name))
        else {
            throw .unreadablePasswordHash(reason: "it does not begin with $argon2id$, $argon2i$ or $argon2d$")
        }
        // The reference encoder left the version out before 1.3.
        var version: UInt32 = 16
        if let field = fields.first, field.hasPrefix("v=") {
            guard let number = UInt32(field.dropFirst(2)), number == 16 || number == 19 else {
                throw .unreadablePasswordHash(reason: "its version is neither 16 nor 19")
            }
            version = number
            fields.removeFirst()
        }
        guard fields.count == 3, let costField = fields.popFirst(), let cost = Self.cost(from: costField) else {
            throw .unreadablePasswordHash(reason: "it has no m=, t=, p= followed by a salt and a hash")
        }
        guard cost.isAffordable else {
            throw .passwordHashTooCostly(memoryKiB: cost.memoryKiB, passes: cost.passes, lanes: cost.lanes)
        }
        self.phcString = phcString
        self.variant = variant
        self.version = version
        self.cost = cost
    }

    /// True if a new hash at `wanted` would be another kind than this one: the next good sign-in should replace it.
    package func needsRehash(for wanted: PasswordHashCost = .standard) -> Bool {
        variant != .argon2id || version != 19 || cost != wanted
    }

    private static func cost(from field: Substring) -> PasswordHashCost? {
        let parts = field.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("m="), parts[1].hasPrefix("t="), parts[2].hasPrefix("p="),
            let memory = UInt32(parts[0].dropFirst(2)), let passes = UInt32(parts[1].dropFirst(2)),
            let lanes = UInt32(parts[2].dropFirst(2)), memory > 0, passes > 0, lanes > 0
        else { return nil }
        return PasswordHashCost(memoryKiB: memory, passes: passes, lanes: lanes)
    }
}

extension PasswordHash: CustomStringConvertible {
    /// Never the hash: descriptions end up in logs.
    package var description: String { "PasswordHash(\(variant.rawValue) …)" }
}
