/// What a look at the server found, and what to do about it.
package struct ServerFinding: Sendable, Codable, Equatable {
    /// Green, amber or red.
    package enum Verdict: String, Sendable, Codable, Comparable {
        case good
        case warning
        case wrong

        private var rank: Int {
            switch self {
            case .good: 0
            case .warning: 1
            case .wrong: 2
            }
        }

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    /// What was looked at, such as `disk`.
    package var check: String
    package var verdict: Verdict
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var advice: String?

    package init(_ check: String, _ verdict: Verdict, _ text: String, advice: String? = nil) {
        self.check = check
        self.verdict = verdict
        self.text = text
        self.advice = advice
    }
}
