package import MailEvents

/// A reply of the table in `replies.txt`, with what differs from message to message as placeholders, and the class that
/// it should have.
package struct ReplyShape: Sendable {
    /// A line of the table that cannot be read.
    package struct Unreadable: Error {
        package var line: String
    }

    package var bounceClass: BounceClass
    package var powerMTA: PowerMTACategory
    package var template: String

    package static func all() throws -> [ReplyShape] {
        try String(decoding: PackageResources.replies_txt, as: UTF8.self)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.map(ReplyShape.init)
    }

    /// - Parameter line: class, PowerMTA category or nothing, reply, with `|` between.
    private init(_ line: Substring) throws {
        let parts = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bounceClass = Int16(parts[0]).flatMap(BounceClass.init(rawValue:)),
            let powerMTA = parts[1].isEmpty
                ? bounceClass.powerMTACategory : PowerMTACategory(rawValue: String(parts[1]))
        else { throw Unreadable(line: String(line)) }
        self.bounceClass = bounceClass
        self.powerMTA = powerMTA
        template = String(parts[2])
    }

    /// The reply with other values each time; `values.name` then is the recipient's local part in it.
    package func filled(_ values: inout ReplyValues) -> String {
        values.chooseName()
        return pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let part): text += part
            case .value(let placeholder): text += values.value(placeholder)
            }
        }
    }

    enum Piece {
        case text(Substring)
        case value(Placeholder)
    }

    var pieces: [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let end = rest.index(after: close)
            if let placeholder = Placeholder(rawValue: String(rest[open..<end])) {
                pieces += [.text(rest[..<open]), .value(placeholder)]
            } else {
                pieces.append(.text(rest[..<end]))
            }
            rest = rest[end...]
        }
        return pieces + [.text(rest)]
    }
}
