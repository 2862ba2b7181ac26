internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Takes a form only from our own pages: by where the browser says it comes from, and by its token.
struct FormGuard: Sendable {
    let cookies: CookieJar
    /// Where known; otherwise the request's own host counts.
    let publicOrigin: String?
    let isServingTLS: Bool

    /// The fields of a form whose sender proved to be one of our pages. Throws `foreignForm`, `malformedForm`, `tooLarge`.
    func fields(of request: Request, context: ConsoleContext) async throws -> FormFields {
        guard isFromHere(request) else { throw ConsoleProblem.foreignForm }
        let fields = try await Self.read(request, limit: context.maxUploadSize)
        let expected: FormToken?
        if let visit = context.visit {
            expected = visit.formToken
        } else {
            expected = cookies.formSecret(of: request).map { FormToken(for: $0, purpose: "sign in") }
        }
        guard let expected, let received = fields["form_token"], expected.matches(received) else {
            throw ConsoleProblem.foreignForm
        }
        return fields
    }

    private static func read(_ request: Request, limit: Int) async throws -> FormFields {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else { throw ConsoleProblem.malformedForm }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ConsoleProblem.tooLarge
        }
        do {
            return try FormFields(parsing: String(buffer: body))
        } catch {
            throw ConsoleProblem.malformedForm
        }
    }

    /// Browsers tell where a form comes from in `Sec-Fetch-Site`, older ones in `Origin`; what tells neither is no browser,
    /// and must still know the token.
    private func isFromHere(_ request: Request) -> Bool {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
            guard site == "same-origin" || site == "none" else { return false }
        }
        guard let origin = request.headers[.origin] else { return true }
        if let publicOrigin, origin == publicOrigin { return true }
        guard let authority = request.head.authority else { return false }
        return origin == "\(isServingTLS ? "https" : "http")://\(authority)"
    }
}
