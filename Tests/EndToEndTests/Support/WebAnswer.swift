import Foundation

/// What a web server answered to curl.
struct WebAnswer: Sendable {
    var status: Int
    var headers: String
    var body: String

    /// - Returns: nil if nobody listens there.
    static func get(_ url: String, in folder: TestFolder, cookies: String? = nil) async throws -> WebAnswer? {
        try await curl([url], in: folder, cookies: cookies)
    }

    /// - Parameters:
    ///   - arguments: further ones for curl, and the address.
    ///   - cookies: file that keeps them from one request to the next.
    static func curl(_ arguments: [String], in folder: TestFolder, cookies: String? = nil) async throws -> WebAnswer? {
        let jar = cookies.map { ["--cookie", $0, "--cookie-jar", $0] } ?? []
        let curl = try Program(
            "/usr/bin/curl",
            ["--silent", "--show-error", "--include", "--http1.1", "--max-time", "20", "--noproxy", "*"] + jar
                + arguments,
            in: folder
        )
        defer { curl.forget() }
        guard try await curl.finish() == .status(0) else { return nil }
        let text = curl.output.replacing("\r\n", with: "\n")
        guard let end = text.range(of: "\n\n") else { throw TestTrouble("no HTTP answer: \(text)") }
        let headers = String(text[..<end.lowerBound])
        guard let status = headers.split(separator: " ").dropFirst().first.flatMap({ Int($0.prefix(3)) }) else {
            throw TestTrouble("no HTTP status: \(headers)")
        }
        return WebAnswer(status: status, headers: headers, body: String(text[end.upperBound...]))
    }
}
