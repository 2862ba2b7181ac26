/// A password made for somebody, to be changed at the first sign-in.
package enum OneTimePassword {
    /// Without the letters and digits that look alike in print: no `i l o 0 1`.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
    private static let groups = 4
    private static let groupLength = 5

    /// Four groups of five, such as `k7mqx-2x4vt-…`: 99 bits, readable over the telephone.
    package static func make(using randomness: inout some RandomNumberGenerator) -> String {
        var parts: [String] = []
        for _ in 0..<groups {
            let characters = (0..<groupLength).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &randomness)]
            }
            parts.append(String(characters))
        }
        return parts.joined(separator: "-")
    }
}
