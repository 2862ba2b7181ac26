internal import Accounts
internal import Crypto
internal import Foundation

/// One mail server's place to send to: `/hooks/<name>`.
package struct HookEndpoint: Sendable {
    /// What its server does with an answer that is no success.
    package enum Retry: Sendable, Equatable {
        /// Sends again after 4xx and gives up after 5xx, as KumoMTA's hooks are written.
        case afterClientErrors
        /// Sends again whatever the answer was (Momentum, SparkPost).
        case always
    }

    package let name: String
    package let retry: Retry
    let intake: any HookIntake
    /// The token itself is not kept.
    private let tokenHash: [UInt8]

    /// - Parameters:
    ///   - name: letters, digits, `.`, `_` and `-`.
    ///   - token: what the server has to show.
    package init(name: String, token: String, retry: Retry, intake: any HookIntake) {
        self.name = name
        self.retry = retry
        self.intake = intake
        self.tokenHash = Self.hash(token)
    }

    /// Compares hashes: their time tells nothing of the token.
    func accepts(_ token: String) -> Bool {
        ConstantTime.equal(Self.hash(token), tokenHash)
    }

    private static func hash(_ token: String) -> [UInt8] {
        Array(SHA256.hash(data: Data(token.utf8)))
    }
}
