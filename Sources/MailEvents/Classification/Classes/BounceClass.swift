/// Why a message failed: the classes of Momentum's bounce classification. The raw value is Momentum's code, which its
/// logs carry and `rt_log.event.bounce_class` stores.
package enum BounceClass: Int16, Sendable, CaseIterable {
    case undetermined = 1
    case invalidRecipient = 10
    case softBounce = 20
    case dnsFailure = 21
    case mailboxFull = 22
    case tooLarge = 23
    case timeout = 24
    case adminFailure = 25
    case noRecipient = 30
    case genericBounce = 40
    case mailBlock = 50
    case spamBlock = 51
    case spamContent = 52
    case prohibitedAttachment = 53
    case relayingDenied = 54
    case autoReply = 60
    case transientFailure = 70
    case subscribe = 80
    case unsubscribe = 90
    case challengeResponse = 100

    /// Momentum's name.
    package var name: String {
        switch self {
        case .undetermined: "Undetermined"
        case .invalidRecipient: "Invalid Recipient"
        case .softBounce: "Soft Bounce"
        case .dnsFailure: "DNS Failure"
        case .mailboxFull: "Mailbox Full"
        case .tooLarge: "Too Large"
        case .timeout: "Timeout"
        case .adminFailure: "Admin Failure"
        case .noRecipient: "Generic Bounce: No RCPT"
        case .genericBounce: "Generic Bounce"
        case .mailBlock: "Mail Block"
        case .spamBlock: "Spam Block"
        case .spamContent: "Spam Content"
        case .prohibitedAttachment: "Prohibited Attachment"
        case .relayingDenied: "Relaying Denied"
        case .autoReply: "Auto-Reply"
        case .transientFailure: "Transient Failure"
        case .subscribe: "Subscribe"
        case .unsubscribe: "Unsubscribe"
        case .challengeResponse: "Challenge-Response"
        }
    }

    package var category: BounceCategory {
        switch self {
        case .undetermined: .undetermined
        case .invalidRecipient, .noRecipient, .unsubscribe: .hard
        case .softBounce, .dnsFailure, .mailboxFull, .tooLarge, .timeout, .genericBounce, .autoReply,
            .transientFailure, .challengeResponse:
            .soft
        case .adminFailure, .subscribe: .admin
        case .mailBlock, .spamBlock, .spamContent, .prohibitedAttachment, .relayingDenied: .block
        }
    }

    /// One sentence for a person.
    package var summary: String {
        switch self {
        case .undetermined: "No rule knows the reply."
        case .invalidRecipient: "The recipient does not exist, or takes no mail any more."
        case .softBounce: "It failed this time, and may arrive another time."
        case .dnsFailure: "The recipient's domain or its mail host could not be found."
        case .mailboxFull: "The recipient's mailbox is full."
        case .tooLarge: "The message is larger than the receiver takes."
        case .timeout: "No answer came, or the message was in the queue for too long."
        case .adminFailure: "A rule or an operator on the sender's side ended it."
        case .noRecipient: "The bounce does not tell which recipient it is about."
        case .genericBounce: "It failed, and the reply does not say why."
        case .mailBlock: "The receiver refuses this sender or this connection."
        case .spamBlock: "The receiver or a block list takes the sender for a source of spam."
        case .spamContent: "The receiver takes the message for spam."
        case .prohibitedAttachment: "The receiver refuses an attachment, or found a virus."
        case .relayingDenied: "The host does not take mail for this recipient from this sender."
        case .autoReply: "An automatic answer, such as of a person on holiday."
        case .transientFailure: "The receiver asks to try again later."
        case .subscribe: "A request to join a list."
        case .unsubscribe: "A request to leave a list."
        case .challengeResponse: "The receiver asks the sender to prove being a person."
        }
    }

    /// The PowerMTA category that this class stands for where a rule names none.
    package var powerMTACategory: PowerMTACategory {
        switch self {
        case .undetermined, .softBounce, .noRecipient, .genericBounce, .autoReply, .transientFailure, .subscribe,
            .unsubscribe, .challengeResponse, .adminFailure:
            .other
        case .invalidRecipient: .badMailbox
        case .dnsFailure: .badDomain
        case .mailboxFull, .tooLarge: .quotaIssues
        case .timeout: .noAnswerFromHost
        case .mailBlock: .policyRelated
        case .spamBlock: .spamRelated
        case .spamContent: .spamRelated
        case .prohibitedAttachment: .contentRelated
        case .relayingDenied: .relayingIssues
        }
    }
}
