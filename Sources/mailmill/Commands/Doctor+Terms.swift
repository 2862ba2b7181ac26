import Foundation
import PostgresServer
import Store

extension Doctor {
    /// Whether texts were counted as "other" within the last day. Says nothing while the database cannot be asked: that has
    /// been said before.
    func terms() async -> [Finding] {
        guard let terms = try? await DatabaseAccess(settings).withPool(.report, { try await Reports($0).terms() })
        else {
            return []
        }
        return terms.compactMap { Self.finding($0, now: Date()) }
    }

    static func finding(_ use: TermUse, now: Date) -> Finding? {
        guard let last = use.lastRefusedAt, now.timeIntervalSince(last) < 86_400 else {
            guard use.known * 10 > use.limit * 9 else { return nil }
            return Finding(
                check: use.title,
                verdict: .warning,
                text: "\(use.known) are known, and \(use.limit) can be",
                advice: "past that they are counted as 'other'; see `mailmill collect terms`"
            )
        }
        return Finding(
            check: use.title,
            verdict: .warning,
            text: TermUseView.sentence(use),
            advice: "somebody may be inventing names: see who sends them. If the log is right, let more come: "
                + "mailmill collect terms --allow \(use.kind)=500000"
        )
    }
}
