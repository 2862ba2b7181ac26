import Testing

@testable import Collector

@Suite struct SyslogFramingTests {
    func lines(_ pieces: [[UInt8]], ends: Bool = true) -> String {
        var framing = SyslogFraming()
        var lines: [UInt8] = []
        for piece in pieces { piece.withUnsafeBytes { framing.take($0, into: &lines) } }
        if ends { framing.finish(into: &lines) }
        return String(decoding: lines, as: UTF8.self)
    }

    func lines(_ text: String, ends: Bool = true) -> String { lines([Array(text.utf8)], ends: ends) }

    @Test(arguments: [
        ("<22>one\n<22>two\n", "<22>one\n<22>two\n"),
        ("7 <22>one7 <22>two", "<22>one\n<22>two\n"),
        ("7 <22>one\n7 <22>two\n", "<22>one\n<22>two\n"),
        ("<22>one\n7 <22>two<22>three\n", "<22>one\n<22>two\n<22>three\n"),
        ("<22>one\r\n<22>two\0<22>three", "<22>one\n<22>two\n<22>three\n"),
        ("9 <22>a\nb\n\n", "<22>a#012b\n"),
        ("8 <22>a\0b\n", "<22>a#000b\n"),
        ("2026-03-05T04:07:09Z mx1 x: y\n", "2026-03-05T04:07:09Z mx1 x: y\n"),
        ("20260305 is no count\n", "20260305 is no count\n"),
        ("012 <22>one\n", "012 <22>one\n"),
        ("\n\n\n", ""),
        ("<22>Mar  5 04:07:09 a/b[1]: x\n", "<22>Mar  5 04:07:09 localhost a/b[1]: x\n"),
        ("<22>Mar  5 04:07:09 mx1 a/b[1]: x\n", "<22>Mar  5 04:07:09 mx1 a/b[1]: x\n"),
        ("<22>Mar  5 04:07:09 \n", "<22>Mar  5 04:07:09 \n"),
    ])
    func eachMessageIsALine(stream: String, expected: String) {
        #expect(lines(stream) == expected)
        // However the stream is cut.
        #expect(lines(stream.utf8.map { [$0] }) == expected)
    }

    @Test func aMessageThatIsNotWholeIsNoLineYet() {
        #expect(lines("<22>one\n<22>tw", ends: false) == "<22>one\n")
        #expect(lines("7 <22>one9 <22>tw", ends: false) == "<22>one\n")
    }

    @Test func whatIsCutOffInTheMiddleOfItsCountIsNoLine() {
        #expect(lines("7 <22>one9 <22>tw") == "<22>one\n")
    }

    @Test func aMessageThatIsTooLongIsCutToWhatTellsThatItIs() {
        let long = String(repeating: "x", count: 200_000)
        for stream in ["\(long)\n<22>next\n", "200000 \(long)<22>next\n"] {
            let lines = lines(stream).split(separator: "\n")
            #expect(lines.map(\.utf8.count) == [SyslogFraming.longest, 8])
        }
    }

    @Test func aCountThatCannotBeEndsTheStream() {
        var framing = SyslogFraming()
        var lines: [UInt8] = []
        Array("9999999 <22>one\n".utf8).withUnsafeBytes { framing.take($0, into: &lines) }
        #expect(!framing.isBroken)
        framing = SyslogFraming()
        Array("99999999 <22>one\n".utf8).withUnsafeBytes { framing.take($0, into: &lines) }
        framing.finish(into: &lines)
        #expect(String(decoding: lines, as: UTF8.self) == "99999999 <22>one\n")
    }

    @Test(arguments: ["udp:127.0.0.1:514", "tcp:[::1]:601", "unix:/run/log", "unix-stream:/run/stream"])
    func anAddressIsWrittenAsItIsRead(text: String) throws {
        #expect(try #require(SyslogAddress(text)).description == text)
    }

    @Test(arguments: [
        "", "udp", "udp:514", "udp:localhost:514", "tcp:::1:601", "tcp:1.2.3.4:70000", "unix:log", "x:/a",
    ])
    func whatIsNoAddressIsNone(text: String) {
        #expect(SyslogAddress(text) == nil)
    }
}
