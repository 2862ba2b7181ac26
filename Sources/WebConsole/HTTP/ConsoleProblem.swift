internal import Foundation
internal import Hummingbird

/// A parameter that cannot be used as it stands.
struct ParameterProblem: Sendable, Equatable {
    let name: String
    let given: String
    /// What would do, for the person who typed it.
    let expected: String
}

/// Every way in which a request can end other than well: one mapping to status and words, for pages and for the API.
enum ConsoleProblem: Error, Equatable {
    case notFound
    case parameters([ParameterProblem])
    case malformedForm
    case tooLarge
    /// Nobody is signed in (API and live feed; pages lead to the sign-in instead).
    case signedOut
    case mustChangePassword
    case forbidden
    /// A form that is not ours, or from a page of an earlier session.
    case foreignForm
    case delayed(until: Date)
    case busy
    case tooManyStreams
    case databaseDown(since: Date, reason: String)
    /// The database is up, but did not answer in time.
    case tooSlow
    /// A query failed although the database is up; `reference` is in the log beside the error.
    case failed(reference: String)

    var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .parameters, .malformedForm: .badRequest
        case .tooLarge: .contentTooLarge
        case .signedOut: .unauthorized
        case .mustChangePassword, .forbidden, .foreignForm: .forbidden
        case .delayed: .tooManyRequests
        case .busy, .tooManyStreams, .databaseDown, .tooSlow: .serviceUnavailable
        case .failed: .internalServerError
        }
    }

    var title: String {
        switch self {
        case .notFound: "There is no such page"
        case .parameters: "A parameter cannot be used"
        case .malformedForm: "The form cannot be read"
        case .tooLarge: "The request is too large"
        case .signedOut: "Nobody is signed in"
        case .mustChangePassword: "The password must be changed first"
        case .forbidden: "Your role does not allow this"
        case .foreignForm: "The form was not accepted"
        case .delayed: "Too many failed sign-ins"
        case .busy: "Too many sign-ins at once"
        case .tooManyStreams: "Too many live pages"
        case .databaseDown: "The database is down"
        case .tooSlow: "The database did not answer in time"
        case .failed: "Something went wrong here"
        }
    }

    /// What happened and what to do; plain text.
    var detail: String {
        switch self {
        case .notFound:
            "The address may be mistyped, or the page may have moved."
        case .parameters(let problems):
            problems.map { "\($0.name): expected \($0.expected)." }.joined(separator: " ")
        case .malformedForm:
            "Expected application/x-www-form-urlencoded in UTF-8. Go back, reload the page and try again."
        case .tooLarge:
            "Forms of this console are smaller than 16 KiB."
        case .signedOut:
            "Sign in at /sign-in; the answer sets the cookie that this request lacks."
        case .mustChangePassword:
            "This account still has the password that somebody else gave it. Change it at /password."
        case .forbidden:
            "Ask somebody whose role is admin."
        case .foreignForm:
            "It came from another site, or from a page of an earlier session. Reload the page and try again."
        case .delayed:
            "Wait until the time has passed, then try again. An administrator can set a new password meanwhile."
        case .busy:
            "More passwords are waiting to be checked than this server takes on. Try again in a few seconds."
        case .tooManyStreams:
            "Close a page that shows live figures, or try again in a while."
        case .databaseDown(_, let reason):
            "\(reason). Collectors keep what they read; nothing is lost. Pages come back by themselves."
        case .tooSlow:
            "Try again, or take a shorter period. Where it happens often, see how busy the database is."
        case .failed(let reference):
            "The log of this server tells more under the reference \(reference)."
        }
    }

    /// Seconds after which trying again makes sense.
    func retryAfter(at now: Date) -> Int? {
        switch self {
        case .delayed(let until): max(1, Int(until.timeIntervalSince(now).rounded(.up)))
        case .busy: 3
        case .tooManyStreams, .databaseDown, .tooSlow: 10
        case .notFound, .parameters, .malformedForm, .tooLarge, .signedOut, .mustChangePassword, .forbidden,
            .foreignForm, .failed:
            nil
        }
    }

    /// The last part of the problem's type (RFC 9457 §3.1.1).
    var slug: String {
        switch self {
        case .notFound: "not-found"
        case .parameters: "bad-parameter"
        case .malformedForm: "malformed-form"
        case .tooLarge: "too-large"
        case .signedOut: "signed-out"
        case .mustChangePassword: "password-change-required"
        case .forbidden: "forbidden"
        case .foreignForm: "foreign-form"
        case .delayed: "too-many-failed-sign-ins"
        case .busy: "busy"
        case .tooManyStreams: "too-many-streams"
        case .databaseDown: "database-down"
        case .tooSlow: "too-slow"
        case .failed: "internal-error"
        }
    }
}
