/// The bounce categories of PowerMTA's accounting files (`bounceCat`). The raw value is PowerMTA's name.
package enum PowerMTACategory: String, Sendable, CaseIterable {
    case badConfiguration = "bad-configuration"
    case badConnection = "bad-connection"
    case badDomain = "bad-domain"
    case badMailbox = "bad-mailbox"
    case contentRelated = "content-related"
    case inactiveMailbox = "inactive-mailbox"
    case invalidSender = "invalid-sender"
    case messageExpired = "message-expired"
    case noAnswerFromHost = "no-answer-from-host"
    case other
    case policyRelated = "policy-related"
    case protocolErrors = "protocol-errors"
    case quotaIssues = "quota-issues"
    case relayingIssues = "relaying-issues"
    case routingErrors = "routing-errors"
    case spamRelated = "spam-related"
    case virusRelated = "virus-related"

    /// The class that a site's reports show for what PowerMTA put into this category.
    package var bounceClass: BounceClass {
        switch self {
        case .badConfiguration, .protocolErrors: .genericBounce
        case .badConnection, .messageExpired, .noAnswerFromHost: .timeout
        case .badDomain, .routingErrors: .dnsFailure
        case .badMailbox, .inactiveMailbox: .invalidRecipient
        case .contentRelated, .spamRelated: .spamContent
        case .invalidSender, .policyRelated: .mailBlock
        case .other: .undetermined
        case .quotaIssues: .mailboxFull
        case .relayingIssues: .relayingDenied
        case .virusRelated: .prohibitedAttachment
        }
    }
}
