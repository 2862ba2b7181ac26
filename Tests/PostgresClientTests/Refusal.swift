import PostgresClient

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
