internal import Crypto
internal import Foundation

/// The secret that a signed-in browser holds. Only its digest is ever stored.
package struct SessionToken: Sendable, Equatable {
    package static let length = 32
    let bytes: [UInt8]

    /// A new one, of 32 random bytes.
    package init(using randomness: inout some RandomNumberGenerator) {
        self.bytes = (0..<Self.length).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
    }

    /// Reads what a cookie holds; nil if that is no token.
    package init?(text: some StringProtocol) {
        guard let bytes = Base64URL.decode(text), bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// 43 characters of base64url.
    package var text: String { Base64URL.encode(bytes) }

    package var digest: SessionDigest { SessionDigest(bytes: Array(SHA256.hash(data: bytes))) }
}

/// SHA-256 of a session token: what the database and the cache know a session by. A token has 256 random bits, so no salt is needed.
package struct SessionDigest: Sendable, Hashable {
    /// 32 bytes.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension SessionToken: CustomStringConvertible {
    /// Never the secret.
    package var description: String { "SessionToken(…)" }
}

/// RFC 4648 §5 without padding.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }), text.utf8.count < 1024
        else {
            return nil
        }
        var standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard).map { Array($0) }
    }
}
