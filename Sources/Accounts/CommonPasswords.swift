/// A short blocklist: the words that head every published list of leaked passwords, and those that this product suggests by itself.
/// Not a copy of a leak: with twelve characters asked for, what is left of such lists is these words, repeated or with digits around them.
enum CommonPasswords {
    /// `folded` is lower case.
    static func contains(_ folded: String) -> Bool {
        if rows.contains(where: { row in folded.count >= 12 && row.contains(folded) }) { return true }
        let letters = folded.map { looksLike[$0] ?? $0 }
        return isWord(folded.filter(\.isLetter)) || isWord(String(letters.filter(\.isLetter)))
    }

    /// A listed word, once or several times in a row, with at most three letters more.
    private static func isWord(_ letters: String) -> Bool {
        var rest = letters[...]
        var found = false
        while let word = words.first(where: { rest.hasPrefix($0) }) {
            rest = rest.dropFirst(word.count)
            found = true
        }
        return found && rest.count <= 3
    }

    private static let looksLike: [Character: Character] = [
        "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
    ]

    /// Rows of keys, forwards and backwards, as long as a password may take from them.
    private static let rows = [
        "12345678901234567890", "09876543210987654321", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6y7u8i9o0p", "zaq12wsxcde34rfvbgt5",
        "abcdefghijklmnopqrstuvwxyz", "qwertyuiop1234567890", "q1w2e3r4t5y6u7i8o9p0",
    ]

    /// Longer words first, so that the longest prefix is taken.
    private static let words = [
        "administrator", "correcthorsebatterystaple", "postmaster", "mailserver", "basketball", "masterpassword",
        "changeme", "password", "passwort", "motdepasse", "contrasena", "mailmill", "momentum", "football", "baseball",
        "princess", "sunshine", "superman", "computer", "internet", "whatever", "trustno", "starwars", "iloveyou",
        "ecelerity", "postfix", "welcome", "letmein", "monkey", "dragon", "shadow", "master", "michael", "jordan",
        "qwerty", "qwertz", "azerty", "asdfgh", "zxcvbn", "secret", "access", "default", "service", "system",
        "summer", "winter", "spring", "autumn", "hello", "admin", "login", "guest", "pass", "root", "user", "test",
        "abc", "qwe", "asd",
    ].sorted { $0.count > $1.count }
}
