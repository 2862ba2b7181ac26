internal import Foundation
internal import HTTPTypes

/// A problem for programs (RFC 9457).
struct ProblemDocument: Encodable, Sendable {
    let problem: ConsoleProblem
    let now: Date

    private enum Key: String, CodingKey {
        case type, title, status, detail, since
        case retryAfter = "retry_after"
        case invalidParameters = "invalid_parameters"
    }

    private struct InvalidParameter: Encodable {
        let name: String
        let given: String
        let expected: String
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("urn:mailmill:problem:\(problem.slug)", forKey: .type)
        try container.encode(problem.title, forKey: .title)
        try container.encode(problem.status.code, forKey: .status)
        try container.encode(problem.detail, forKey: .detail)
        try container.encodeIfPresent(problem.retryAfter(at: now), forKey: .retryAfter)
        if case .parameters(let problems) = problem {
            let parameters = problems.map { InvalidParameter(name: $0.name, given: $0.given, expected: $0.expected) }
            try container.encode(parameters, forKey: .invalidParameters)
        }
        if case .databaseDown(let since, _) = problem {
            try container.encode(since, forKey: .since)
        }
    }
}
