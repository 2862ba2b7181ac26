internal import CArgon2
internal import Foundation

extension PasswordHash {
    static let saltLength = 16
    static let hashLength = 32

    /// Hashes with argon2id and a fresh salt. Takes some 20 ms and `cost.memoryKiB` of memory: call it where it may block.
    package static func make(
        of password: String,
        cost: PasswordHashCost = .standard,
        using randomness: inout some RandomNumberGenerator
    ) throws(AccountsError) -> PasswordHash {
        let salt = (0..<saltLength).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
        let bytes = octets(of: password)
        var text = [CChar](repeating: 0, count: 256)
        let code = argon2id_hash_encoded(
            cost.passes,
            cost.memoryKiB,
            cost.lanes,
            bytes,
            bytes.count,
            salt,
            salt.count,
            hashLength,
            &text,
            text.count
        )
        guard code == ARGON2_OK.rawValue else {
            throw .hashingFailed(code: code, message: message(for: code))
        }
        let encoded = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return try PasswordHash(phcString: String(decoding: encoded, as: UTF8.self))
    }

    /// True if `password` is the one that was hashed. As slow as `cost` says; compares in constant time.
    package func matches(_ password: String) throws(AccountsError) -> Bool {
        let bytes = Self.octets(of: password)
        let type =
            switch variant {
            case .argon2d: Argon2_d
            case .argon2i: Argon2_i
            case .argon2id: Argon2_id
            }
        let code = argon2_verify(phcString, bytes, bytes.count, type)
        if code == ARGON2_OK.rawValue { return true }
        if code == ARGON2_VERIFY_MISMATCH.rawValue { return false }
        if code == ARGON2_DECODING_FAIL.rawValue {
            throw .unreadablePasswordHash(reason: "its salt or hash is not base64 of a usable length")
        }
        throw .hashingFailed(code: code, message: Self.message(for: code))
    }

    /// NFKC, so that the same password typed on two systems is the same octets (NIST SP 800-63B-4 §3.1.1.2).
    private static func octets(of password: String) -> [UInt8] {
        Array(password.precomposedStringWithCompatibilityMapping.utf8)
    }

    private static func message(for code: Int32) -> String {
        guard let text = argon2_error_message(code) else { return "no further word" }
        return String(cString: text)
    }
}
