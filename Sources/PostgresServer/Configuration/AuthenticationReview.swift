internal import SystemPackage

/// Reviews lines of pg_hba.conf: no method that lets anyone in, or that sends a password in the clear or as MD5.
enum AuthenticationReview {
    private static let kinds: Set<String> = [
        "local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc",
    ]

    static func refusals(in text: String, file: FilePath) -> [ConfigurationProblem] {
        lines(text).compactMap { number, fields in
            refusal(fields).map { ConfigurationProblem(file: file, line: number, message: $0) }
        }
    }

    private static func refusal(_ fields: [String]) -> String? {
        guard let kind = fields.first else { return nil }
        guard !kind.hasPrefix("include"), !kind.hasPrefix("@") else {
            return "files cannot be included here; write the lines themselves"
        }
        guard kinds.contains(kind) else {
            return "\(kind) is no kind of connection; a line begins with local, host, hostssl or hostnossl"
        }
        guard let method = method(fields, isLocal: kind == "local") else {
            return "the line is too short: kind, database, role, address (except local), method"
        }
        switch method {
        case "trust": return "trust lets anyone in without a password; use peer (local) or scram-sha-256"
        case "password": return "password is sent in the clear; use scram-sha-256"
        case "md5": return "md5 is broken; use scram-sha-256"
        case "ident" where kind != "local":
            return "ident believes whatever the client's machine says; use scram-sha-256"
        default: return nil
        }
    }

    /// The method stands after the address, which is one field, or two when its mask is apart.
    private static func method(_ fields: [String], isLocal: Bool) -> String? {
        let position = isLocal ? 3 : 4
        guard fields.count > position else { return nil }
        let first = fields[position]
        let isMask = !isLocal && first.contains { $0 == "." || $0 == ":" }
        guard isMask else { return first }
        return fields.count > position + 1 ? fields[position + 1] : nil
    }

    /// Lines with their numbers, comments dropped, lines that end in a backslash joined with the next (14 and later).
    static func lines(_ text: String) -> [(number: Int, fields: [String])] {
        var result: [(Int, [String])] = []
        var pending = ""
        var start: Int?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let first = start ?? index + 1
            guard !line.hasSuffix("\\") else {
                pending += line.dropLast()
                start = first
                continue
            }
            let fields = fields(pending + line)
            pending = ""
            start = nil
            if !fields.isEmpty { result.append((first, fields)) }
        }
        return result
    }

    /// Fields apart by blanks; quotes keep blanks and commas together; a comma joins what follows to its field.
    private static func fields(_ line: String) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var isOpen = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
                isOpen = true
            } else if isQuoted || !(character.isWhitespace || character == "#") {
                field.append(character)
                isOpen = true
            } else if character == "#" {
                break
            } else if isOpen, !field.hasSuffix(",") {
                fields.append(field)
                field = ""
                isOpen = false
            }
        }
        return isOpen ? fields + [field] : fields
    }
}
