import MailEvents
import Testing

@Suite struct LogFormatTests {
    @Test func namesAreThoseOfTheSettings() {
        #expect(LogFormat(rawValue: "postfix") == .postfix)
        #expect(LogFormat(rawValue: "momentum-mainlog") == .momentumMainlog)
        #expect(LogFormat(rawValue: "sendmail") == nil)
        #expect(
            LogFormat.names == "postfix, momentum-mainlog, momentum-bouncelog, momentum-rejectlog, momentum-fbllog, "
                + "momentum-json, exim, kumomta, powermta"
        )
    }

    @Test func rawValuesOfKindsNeverChange() {
        let kinds = Dictionary(uniqueKeysWithValues: EventKind.allCases.map { ($0, $0.rawValue) })
        #expect(
            kinds == [
                .reception: 1, .delivery: 2, .transientFailure: 3, .permanentFailure: 4, .outOfBandBounce: 5,
                .expiration: 6, .rejection: 7, .discard: 8, .administrativeFailure: 9, .feedbackReport: 10,
                .transfer: 11, .envelope: 12,
            ]
        )
    }
}
