internal import Foundation
internal import HTTPTypes

/// The token that a request shows, in any of the places that the servers can put it.
enum HookToken {
    private static let momentum = HTTPField.Name("X-MessageSystems-Webhook-Token")

    /// - Returns: the text of `Authorization: Bearer`, the password of `Authorization: Basic` (which is what a URL
    ///   `http://name:token@host/` makes of it), or Momentum's own header; nil if there is none.
    static func find(in headers: HTTPFields) -> String? {
        if let name = momentum, let token = headers[name] { return token }
        guard let authorization = headers[.authorization] else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        switch parts[0].lowercased() {
        case "bearer":
            return value
        case "basic":
            guard let data = Data(base64Encoded: value) else { return nil }
            let pair = String(decoding: data, as: UTF8.self)
            return pair.firstIndex(of: ":").map { String(pair[pair.index(after: $0)...]) }
        default:
            return nil
        }
    }
}
