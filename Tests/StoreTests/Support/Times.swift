import Foundation
import PostgresClient
import ScratchPostgres
import Testing

/// Times of tests, in microseconds since 1970 UTC.
enum Times {
    static let second: Int64 = 1_000_000
    static let minute = 60 * second
    static let hour = 60 * minute
    static let day = 24 * hour

    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    /// The beginning of the minute, hour or day (UTC) that holds a time.
    static func floor(_ time: Int64, _ grain: Int64) -> Int64 { time - (time % grain + grain) % grain }

    static func date(_ time: Int64) -> Date { Date(timeIntervalSince1970: Double(time) / 1_000_000) }
}

extension ConnectionPool {
    /// The one number that a statement gives.
    func number(_ statement: String, _ parameters: [(any PostgresEncodable)?] = []) async throws -> Int64 {
        let row = try await query("SELECT (\(statement))::bigint AS n", parameters).one()
        let number: Int64? = try row.find("n")
        return try #require(number, "no number: \(statement)")
    }

    func run(_ script: String) async throws {
        try await withConnection { try await $0.run(script) }
    }
}

/// The server's error that `body` ends in.
func refusal<T>(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> T) async throws -> ServerError
{
    do {
        _ = try await body()
    } catch PostgresClientError.server(let error) {
        return error
    }
    throw PostgresClientError.unexpectedResult("the server did not refuse")
}
