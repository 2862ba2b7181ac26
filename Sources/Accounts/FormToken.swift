internal import Crypto

/// What a form of ours carries and a forged one cannot know (CSRF): HMAC-SHA256 of a purpose, keyed with the browser's secret.
/// Nothing is stored, and a token of one session or purpose is worth nothing in another.
package struct FormToken: Sendable, Equatable {
    package let text: String

    package init(for token: SessionToken, purpose: String) {
        let key = SymmetricKey(data: token.bytes)
        let code = HMAC<SHA256>.authenticationCode(for: Array("mailmill form \(purpose)".utf8), using: key)
        self.text = Base64URL.encode(Array(code))
    }

    /// Constant time.
    package func matches(_ received: String) -> Bool {
        ConstantTime.equal(Array(text.utf8), Array(received.utf8))
    }
}
