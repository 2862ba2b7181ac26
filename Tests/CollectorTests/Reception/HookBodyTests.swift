import Testing

@testable import Collector

@Suite struct HookBodyTests {
    func lines(_ body: String) -> String {
        String(decoding: HookBody.lines(of: Array(body.utf8)), as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"a":1}"#, "{\"a\":1}\n"),
        (#"[{"a":1},{"b":[1,{"c":2}]}]"#, "{\"a\":1}\n{\"b\":[1,{\"c\":2}]}\n"),
        ("[\n  {\n    \"a\": 1\n  } ,\r\n  {}\n]\n", "{     \"a\": 1   }\n{}\n"),
        ("{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}\n{\"b\":2}\n"),
        (#"[{"a":"]}\"{["}]"#, "{\"a\":\"]}\\\"{[\"}\n"),
        ("[]", ""), ("", ""), (" \n", ""),
    ])
    func eachRecordIsALine(body: String, expected: String) {
        #expect(lines(body) == expected)
    }

    @Test(arguments: ["nonsense", "[1,2]", "{\"a\":", "[{}", "[{} {}]", "{\"a\\", "x\ny"])
    func whatIsNoJSONIsOneLineForQuarantine(body: String) {
        #expect(lines(body) == body.replacing("\n", with: " ") + "\n")
    }
}
