import MailEvents
import Testing

@Suite struct KeyedHashTests {
    private func hash(_ bytes: [UInt8], _ key: KeyedHash) -> UInt64 { bytes.withUnsafeBytes { key.hash($0) } }

    /// CPython 3.11's `hash(bytes)` is SipHash-1-3 too: with PYTHONHASHSEED=0 its key is 0, with 42 it is this one.
    @Test func hashesAreThoseOfAnotherImplementation() {
        let zero = KeyedHash(key0: 0, key1: 0)
        let other = KeyedHash(key0: 0xDC50_4FD3_68CD_90AF, key1: 0xB920_BB9F_FE99_E9C1)
        let expected: [([UInt8], UInt64, UInt64)] = [
            (Array("a".utf8), 0x4074_48D2_B89B_1813, 0xFE4A_4733_5692_551E),
            (Array("example.org".utf8), 0xEDC5_6EA5_D00F_FF5C, 0x7509_869D_01D1_CFCD),
            (Array("12345678".utf8), 0x3489_9824_3056_0A87, 0x84EB_586A_B30C_C7F5),
            (Array("123456789abcdef".utf8), 0xF354_3D99_2BA7_1328, 0x4A27_3F50_0A09_9D39),
            (Array("1234567890123456".utf8), 0xD011_EF42_9422_7DBF, 0x570C_0105_9F3F_966B),
            (Array(0..<63), 0x385D_3E39_E5F3_7359, 0x06E2_4D6F_0D01_4C37),
        ]
        for (bytes, byZero, byOther) in expected {
            #expect(hash(bytes, zero) == byZero)
            #expect(hash(bytes, other) == byOther)
        }
    }

    @Test func anAddressHasOneHashHoweverItIsSpelled() {
        let key = KeyedHash(key0: 1, key1: 2)
        func address(_ local: String, _ domain: String, _ escaping: Field.Escaping = .none) -> UInt64 {
            let bytes = Array((local + domain).utf8)
            let split = UInt32(local.utf8.count)
            return bytes.withUnsafeBytes { bytes in
                key.hash(
                    local: Field(offset: 0, length: split, escaping: escaping),
                    domain: Field(offset: split, length: UInt32(domain.utf8.count)),
                    in: bytes
                )
            }
        }
        #expect(address("ann", "example.org") == hash(Array("ann@example.org".utf8), key))
        #expect(address("Ann", "EXAMPLE.org.") == address("ann", "example.org"))
        #expect(address("a\\@b", "example.org", .backslash) == address("a@b", "example.org"))
        #expect(address("root", "") == hash(Array("root".utf8), key))
        #expect(address("ann", "example.org") != address("anne", "xample.org"))
    }

    @Test func aFieldsHashIsThatOfItsPlainText() {
        let key = KeyedHash(key0: 3, key1: 4)
        let bytes = Array("x Example.ORG.".utf8)
        let field = Field(offset: 2, length: 12)
        #expect(
            bytes.withUnsafeBytes { key.hash(field, in: $0, form: .domain) } == hash(Array("example.org".utf8), key)
        )
    }
}
