import MailEvents
import Testing

@Suite struct FieldTextTests {
    private func text(_ raw: String, _ escaping: Field.Escaping, _ form: FieldForm = .verbatim) -> String {
        let bytes = Array(raw.utf8)
        let field = Field(offset: 0, length: UInt32(bytes.count), escaping: escaping)
        return bytes.withUnsafeBytes { field.text(in: $0, form: form) }
    }

    @Test func eachEscapingIsTakenOff() {
        #expect(text("a\\b", .none) == "a\\b")
        #expect(text("a\\@b\\\\c\\", .backslash) == "a@b\\c")
        #expect(text("say \\\"hi\\\"", .quotedLocalPart) == "say \"hi\"")
        #expect(text("no \"\"bob\"\" here", .csv) == "no \"bob\" here")
        #expect(text("a\\n\\t\\r\\b\\f\\\"\\\\\\/", .json) == "a\n\t\r\u{8}\u{C}\"\\/")
        #expect(text("j\\u00fcrgen \\ud83d\\uDE00", .json) == "jürgen 😀")
        #expect(text("john \\\\\\\"x\\\\\\\" doe", .jsonQuotedLocalPart) == "john \"x\" doe")
        #expect(text("106,195, 188,114", .jsonBytes) == "jür")
        #expect(text("97,92,34,98", .jsonBytesQuotedLocalPart) == "a\"b")
    }

    @Test func damagedEscapesStayAsTheyStand() {
        #expect(text("a\\", .json) == "a\\")
        #expect(text("\\x", .json) == "\\x")
        #expect(text("\\u12", .json) == "\\u12")
        #expect(text("\\uZZZZ", .json) == "\\uZZZZ")
        #expect(text("\\ud83dx", .json) == "\u{FFFD}x")
        #expect(text("\\ud83d\\ud83d", .json) == "\u{FFFD}\u{FFFD}")
        #expect(text("\"", .csv) == "\"")
    }

    @Test func aDomainIsInLowerCaseWithoutTrailingDots() {
        #expect(text("Example.ORG.", .none, .domain) == "example.org")
        #expect(text("example.org", .none, .domain) == "example.org")
        #expect(text("example.org..", .none, .domain) == "example.org")
        #expect(text("B\u{DC}CHER.Example", .none, .domain) == "b\u{DC}cher.example")
        #expect(text("[IPv6:2001:DB8::1]", .none, .domain) == "[ipv6:2001:db8::1]")
        #expect(text(".", .none, .domain) == "")
        #expect(text("EX\\@AMPLE.", .backslash, .domain) == "ex@ample")
    }

    @Test func foldingKeepsDotsAndLowersLettersOnly() {
        #expect(text("Ann.Lee@[Z`", .none, .folded) == "ann.lee@[z`")
    }

    @Test func aFieldOutsideOfTheBytesIsEmpty() {
        let bytes: [UInt8] = [1, 2, 3]
        for field in [
            Field(offset: 2, length: 2), Field(offset: 4, length: 0),
            Field(offset: .max, length: .max, escaping: .json),
        ] {
            #expect(bytes.withUnsafeBytes { field.text(in: $0) } == "")
        }
    }

    @Test func aBufferThatIsTooSmallGetsNothing() {
        let bytes = Array("example".utf8)
        let field = Field(offset: 0, length: 7)
        var target = [UInt8](repeating: 0, count: 6)
        let written = bytes.withUnsafeBytes { bytes in
            target.withUnsafeMutableBytes { field.write(to: $0, from: bytes) }
        }
        #expect(written == 0)
    }

    @Test func anyBytesUnderAnyEscapingDoNoHarm() {
        let escapings: [Field.Escaping] = [
            .none, .backslash, .json, .csv, .quotedLocalPart, .jsonQuotedLocalPart, .jsonBytes,
            .jsonBytesQuotedLocalPart,
        ]
        var random = Mutator(seed: 3, lines: [Array("a\\u00fc\\ud83d\\ude00\"\"1,255,,300\\".utf8)])
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            random.addLine(to: &bytes)
            for escaping in escapings {
                let field = Field(offset: 0, length: UInt32(bytes.count), escaping: escaping)
                let count = bytes.withUnsafeBytes { field.withPlainBytes(in: $0, form: .domain) { $0.count } }
                #expect(count <= bytes.count)
            }
        }
    }
}
