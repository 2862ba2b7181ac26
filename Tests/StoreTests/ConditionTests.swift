import Foundation
import Store
import Testing

/// One word for how a source is doing.
@Suite struct ConditionTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test(
        arguments: [
            (nil, nil, nil, SourceCondition.silent), (31, 1, nil, .silent), (31, 1, "cannot open", .silent),
            (3, 1, "cannot open", .failing), (3, 61, nil, .behind), (3, nil, nil, .behind), (3, 60, nil, .following),
            (-5, -5, nil, .following),
        ] as [(Double?, Double?, String?, SourceCondition)]
    )
    func theFirstThatHoldsIsSaid(pause: Double?, lag: Double?, error: String?, condition: SourceCondition) {
        var source = SourceStatus(name: "/var/log/mail.log", format: "postfix")
        source.lastReportAt = pause.map { now - $0 }
        source.completeUntil = lag.map { now - $0 }
        source.lastError = error
        #expect(source.condition(at: now) == condition)
        #expect(source.heartbeatSeconds(at: now) == pause.map { max(0, $0) })
        #expect(source.lagSeconds(at: now) == lag.map { max(0, $0) })
    }
}
