internal import Crypto
internal import FoundationEssentials

/// What PostgreSQL stores of a password (RFC 5803, RFC 7677): sent instead of the password, which therefore never
/// appears in a statement, a log or a process title.
struct ScramVerifier: Sendable {
    let text: String

    /// As PostgreSQL itself uses.
    static let iterations = 4096

    /// - Parameters:
    ///   - password: ASCII, so that SASLprep leaves it as it is.
    ///   - salt: 16 random bytes.
    init(password: String, salt: [UInt8], iterations: Int = Self.iterations) {
        let salted = Self.saltedPassword(password, salt, iterations)
        let clientKey = Self.authenticate(Array("Client Key".utf8), key: salted)
        let storedKey = Array(SHA256.hash(data: clientKey))
        let serverKey = Self.authenticate(Array("Server Key".utf8), key: salted)
        text = "SCRAM-SHA-256$\(iterations):\(Self.base64(salt))$\(Self.base64(storedKey)):\(Self.base64(serverKey))"
    }

    /// Hi() of RFC 5802: PBKDF2 with one block.
    private static func saltedPassword(_ password: String, _ salt: [UInt8], _ iterations: Int) -> [UInt8] {
        let key = Array(password.utf8)
        var block = authenticate(salt + [0, 0, 0, 1], key: key)
        var result = block
        for _ in 1..<max(iterations, 2) {
            block = authenticate(block, key: key)
            for index in result.indices { result[index] ^= block[index] }
        }
        return result
    }

    private static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
