import Foundation
import Testing

@testable import MailEvents

/// A reply of the fixture table, with what differs from message to message as placeholders.
struct ReplyFixture {
    var bounceClass: BounceClass
    var powerMTA: PowerMTACategory
    var template: String

    static func all() throws -> [ReplyFixture] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/replies/replies", withExtension: "txt"))
        let text = try String(contentsOf: url, encoding: .utf8)
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            try #require(parts.count == 3, "\(line)")
            let bounceClass = try #require(Int16(parts[0]).flatMap(BounceClass.init(rawValue:)), "\(line)")
            let category = parts[1].isEmpty ? bounceClass.powerMTACategory : PowerMTACategory(rawValue: String(parts[1]))
            return ReplyFixture(
                bounceClass: bounceClass,
                powerMTA: try #require(category, "\(line)"),
                template: String(parts[2])
            )
        }
    }

    /// The reply with other values each time.
    func filled(_ values: inout ReplyValues) -> String {
        values.chooseName()
        var text = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let placeholder = String(rest[open...close])
            text += Placeholder(rawValue: placeholder).map { values.value($0) } ?? placeholder
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }
}
