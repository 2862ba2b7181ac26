import Accounts
import ConsoleStandIns
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Store
import Synchronization

@testable import WebConsole

/// A console over stand-ins, with a clock that only the test moves.
struct ConsoleFixture: Sendable {
    static let start = Date(timeIntervalSince1970: 1_795_382_730)  // 2026-11-22T21:25:30Z, a Sunday
    static let cost = PasswordHashCost(memoryKiB: 64, passes: 1, lanes: 1)
    static let password = "seven grey geese"

    final class Clock: Sendable {
        private let time = Mutex(ConsoleFixture.start)

        var now: Date { time.withLock { $0 } }

        func advance(by seconds: TimeInterval) {
            time.withLock { $0 += seconds }
        }
    }

    let clock = Clock()
    let figures: GeneratedFigures
    let accounts = MemoryAccounts()
    let application: ConsoleApplication

    init(_ change: (inout WebConsoleSettings) -> Void = { _ in }) async throws {
        var settings = WebConsoleSettings()
        settings.live.interval = .milliseconds(1)
        change(&settings)
        self.figures = GeneratedFigures(now: { [clock] in clock.now })
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.application = try ConsoleApplication(
            settings: settings,
            figures: figures,
            accounts: accounts,
            passwordCost: Self.cost,
            logger: logger,
            now: { [clock] in clock.now }
        )
        try await accounts.add("jo", password: Self.password, cost: Self.cost)
        try await accounts.add("new", password: Self.password, mustChange: true, cost: Self.cost)
    }

    /// Runs `body` with a browser that talks to the router directly.
    func browse(_ body: @Sendable (Browser) async throws -> Void) async throws {
        try await application.server().test(.router) { client in
            try await body(Browser(client: client))
        }
    }

    func goDown() async {
        figures.change { situation in
            situation.database = .down(since: Self.start, reason: "no server listens on the socket")
        }
        await accounts.setAway(true)
    }

    func comeBack() async {
        figures.change { $0.database = .up }
        await accounts.setAway(false)
    }
}

/// Keeps cookies and fills forms, as browsers do.
final class Browser: Sendable {
    private let client: any TestClientProtocol
    private let jar = Mutex<[String: String]>([:])

    init(client: any TestClientProtocol) {
        self.client = client
    }

    subscript(cookie name: String) -> String? {
        get { jar.withLock { $0[name] } }
        set { jar.withLock { $0[name] = newValue } }
    }

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers, body: nil)
    }

    func head(_ path: String) async throws -> Answer {
        try await send(.head, path, [:], body: nil)
    }

    /// Posts with the form token of `page`.
    @discardableResult
    func post(_ path: String, _ fields: [String: String], from page: String, _ headers: HTTPFields = [:]) async throws
        -> Answer
    {
        var fields = fields
        fields["form_token"] = try await get(page).formToken
        return try await postBare(path, fields, headers)
    }

    @discardableResult
    func postBare(_ path: String, _ fields: [String: String], _ headers: HTTPFields = [:]) async throws -> Answer {
        var form = FormFields()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { form.set(name, to: value) }
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await send(.post, path, headers, body: ByteBuffer(string: form.encoded))
    }

    @discardableResult
    func signIn(_ name: String = "jo", _ password: String = ConsoleFixture.password) async throws -> Answer {
        try await post("/sign-in", ["name": name, "password": password, "next": "/dashboard"], from: "/sign-in")
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, body: ByteBuffer?)
        async throws -> Answer
    {
        var headers = headers
        let cookies = jar.withLock { $0 }
        if !cookies.isEmpty {
            headers[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        }
        let response = try await client.executeRequest(uri: path, method: method, headers: headers, body: body)
        for cookie in response.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            jar.withLock { jar in
                jar[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
            }
        }
        return Answer(response: response)
    }
}

/// What came back.
struct Answer: Sendable {
    let response: TestResponse

    var status: Int { response.status.code }
    var text: String { String(buffer: response.body) }
    var location: String? { response.headers[.location] }

    subscript(header name: String) -> String? {
        HTTPField.Name(name).flatMap { response.headers[$0] }
    }

    var formToken: String? {
        text.firstMatch(of: /name="form_token" value="([^"]*)"/).map { String($0.1) }
    }

    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    /// What a tile of the summary shows.
    func tile(_ key: String) -> String? {
        guard let start = text.range(of: "data-tile=\"\(key)\""),
            let number = text[start.upperBound...].range(of: "class=\"full\">")
        else { return nil }
        return String(text[number.upperBound...].prefix { $0 != "<" })
    }
}
