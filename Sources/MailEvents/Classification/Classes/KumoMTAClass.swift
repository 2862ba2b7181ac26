/// The class names that KumoMTA's classifier knows. The raw value is KumoMTA's name, as its rule files and its log
/// records (`bounce_classification`) have it.
package enum KumoMTAClass: String, Sendable, CaseIterable {
    case invalidRecipient = "InvalidRecipient"
    case dnsFailure = "DNSFailure"
    case spamBlock = "SpamBlock"
    case spamContent = "SpamContent"
    case prohibitedAttachment = "ProhibitedAttachment"
    case relayDenied = "RelayDenied"
    case autoReply = "AutoReply"
    case transientFailure = "TransientFailure"
    case subscribe = "Subscribe"
    case unsubscribe = "Unsubscribe"
    case challengeResponse = "ChallengeResponse"
    case badConfiguration = "BadConfiguration"
    case badConnection = "BadConnection"
    case badDomain = "BadDomain"
    case contentRelated = "ContentRelated"
    case inactiveMailbox = "InactiveMailbox"
    case invalidSender = "InvalidSender"
    case messageExpired = "MessageExpired"
    case noAnswerFromHost = "NoAnswerFromHost"
    case policyRelated = "PolicyRelated"
    case protocolErrors = "ProtocolErrors"
    case quotaIssues = "QuotaIssues"
    case relayingIssues = "RelayingIssues"
    case routingErrors = "RoutingErrors"
    case spamRelated = "SpamRelated"
    case virusRelated = "VirusRelated"
    case authenticationFailed = "AuthenticationFailed"
    case tooManyRecipients = "TooManyRecipients"
    case uncategorized = "Uncategorized"

    /// What the name means here.
    package var verdict: BounceVerdict {
        switch self {
        case .invalidRecipient: BounceVerdict(.invalidRecipient)
        case .dnsFailure: BounceVerdict(.dnsFailure)
        case .spamBlock: BounceVerdict(.spamBlock)
        case .spamContent: BounceVerdict(.spamContent)
        case .prohibitedAttachment: BounceVerdict(.prohibitedAttachment)
        case .relayDenied: BounceVerdict(.relayingDenied)
        case .autoReply: BounceVerdict(.autoReply)
        case .transientFailure: BounceVerdict(.transientFailure)
        case .subscribe: BounceVerdict(.subscribe)
        case .unsubscribe: BounceVerdict(.unsubscribe)
        case .challengeResponse: BounceVerdict(.challengeResponse)
        case .badConfiguration: BounceVerdict(.badConfiguration)
        case .badConnection: BounceVerdict(.badConnection)
        case .badDomain: BounceVerdict(.badDomain)
        case .contentRelated: BounceVerdict(.contentRelated)
        case .inactiveMailbox: BounceVerdict(.inactiveMailbox)
        case .invalidSender: BounceVerdict(.invalidSender)
        case .messageExpired: BounceVerdict(.messageExpired)
        case .noAnswerFromHost: BounceVerdict(.noAnswerFromHost)
        case .policyRelated, .authenticationFailed: BounceVerdict(.policyRelated)
        case .protocolErrors: BounceVerdict(.protocolErrors)
        case .quotaIssues: BounceVerdict(.quotaIssues)
        case .relayingIssues: BounceVerdict(.relayingIssues)
        case .routingErrors: BounceVerdict(.routingErrors)
        case .spamRelated: BounceVerdict(.spamRelated)
        case .virusRelated: BounceVerdict(.virusRelated)
        case .tooManyRecipients: BounceVerdict(.softBounce, .policyRelated)
        case .uncategorized: BounceVerdict(.undetermined)
        }
    }
}
