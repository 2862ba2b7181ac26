/// What can go wrong between us and a PostgreSQL server.
package enum PostgresClientError: Error, Sendable, CustomStringConvertible {
    /// No connection came about. `reason` is libpq's text.
    case cannotConnect(target: String, reason: String)
    /// The connection broke while `activity` was under way. Whether a COMMIT in it took effect is not known.
    case connectionLost(target: String, activity: String, reason: String)
    /// The server refused a statement.
    case server(ServerError)
    /// A value of a result is not of the type asked for, or is NULL where that was not expected.
    case undecodable(column: String, reason: String)
    /// A statement gave something else than its caller can use.
    case unexpectedResult(String)
    /// No connection of the pool came free in time.
    case poolBusy(target: String, limit: Int, waited: Duration)
    /// The pool was shut down.
    case poolClosed(target: String)

    package var description: String {
        switch self {
        case .cannotConnect(let target, let reason): "cannot connect to \(target): \(reason)"
        case .connectionLost(let target, let activity, let reason):
            "connection to \(target) was lost during \(activity): \(reason)"
        case .server(let error): error.description
        case .undecodable(let column, let reason): "column \(column): \(reason)"
        case .unexpectedResult(let text): text
        case .poolBusy(let target, let limit, let waited):
            "none of the \(limit) connections to \(target) came free within \(waited)"
        case .poolClosed(let target): "the connections to \(target) are closed"
        }
    }

    /// The SQLSTATE, where a server gave one.
    package var sqlState: SQLState? {
        if case .server(let error) = self { error.sqlState } else { nil }
    }

    /// True if the server is away, or on its way down or up: the same call may succeed later.
    package var isOutage: Bool {
        switch self {
        case .cannotConnect, .connectionLost, .poolBusy, .poolClosed: true
        case .server(let error):
            switch error.sqlState {
            case SQLState.Family.connectionException: true
            case SQLState("57P01"), SQLState("57P02"), SQLState("57P03"): true
            default: false
            }
        case .undecodable, .unexpectedResult: false
        }
    }

    /// True if the same transaction, run again, may succeed.
    package var isRetryable: Bool {
        switch self {
        case .server(let error):
            error.sqlState == .serializationFailure || error.sqlState == .deadlockDetected || error.isOfStaleStatement
        case .cannotConnect, .connectionLost, .undecodable, .unexpectedResult, .poolBusy, .poolClosed:
            false
        }
    }
}
