import MailEvents
import Testing

/// What a webhook delivers is read as the lines of a log.
@Suite struct WebhookTests {
    private static func lines(_ body: String, _ format: LogFormat) -> [String]? {
        Array(body.utf8).withUnsafeBytes { format.lines(ofWebhookBody: $0) }.map { lines in
            String(decoding: lines, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test func aBatchIsALineARecord() {
        let body = """
            [ {"msys":{"message_event":{"type":"delivery","timestamp":"1772680031"}}},
              {
                "msys": { "message_event": { "type": "bounce", "reason": "a \\" ] }" } }
              } ]

            """
        let lines = Self.lines(body, .momentumJSON)
        #expect(lines?.count == 2)
        #expect(lines?.first == #"{"msys":{"message_event":{"type":"delivery","timestamp":"1772680031"}}}"#)
        #expect(lines?.last?.contains(#""reason": "a \" ] }""#) == true)
    }

    @Test func oneRecordAndRecordsLineByLineAreTaken() {
        #expect(Self.lines(#"{"type":"Delivery"}"#, .kumomta) == [#"{"type":"Delivery"}"#])
        #expect(Self.lines("{\"a\":1}\n{\"b\":2}\n", .kumomta) == [#"{"a":1}"#, #"{"b":2}"#])
        #expect(Self.lines("[]", .momentumJSON) == [])
        #expect(Self.lines("", .momentumJSON) == [])
    }

    @Test(arguments: ["[", "[7]", "7", "[{}", "[{},]", "{}x", "[{}] ]", "\"x\"", "[[{}]]"])
    func aDamagedBodyIsRefused(_ body: String) {
        #expect(Self.lines(body, .momentumJSON) == nil)
    }

    @Test func otherFormatsHaveNoWebhooks() {
        #expect(Self.lines("{}", .postfix) == nil)
        #expect(Self.lines("{}", .powermta) == nil)
    }
}
