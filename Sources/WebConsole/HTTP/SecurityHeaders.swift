internal import HTTPTypes
internal import Hummingbird

/// Puts on every answer, errors too, what keeps a browser from being turned against the console.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = ConsoleContext

    /// Nothing inline, nothing from elsewhere. The charts set their styles through the CSSOM, which CSP lets pass.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ].joined(separator: "; ")

    let isSecure: Bool

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        Self.set("Referrer-Policy", "same-origin", on: &response)
        Self.set("Cross-Origin-Opener-Policy", "same-origin", on: &response)
        Self.set("Cross-Origin-Resource-Policy", "same-origin", on: &response)
        Self.set("X-Frame-Options", "DENY", on: &response)
        Self.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()", on: &response)
        if isSecure {
            response.headers[.strictTransportSecurity] = "max-age=15552000"
        }
        if response.headers[.cacheControl] == nil {
            response.headers[.cacheControl] = "no-store"
        }
        return response
    }

    private static func set(_ name: String, _ value: String, on response: inout Response) {
        if let name = HTTPField.Name(name) {
            response.headers[name] = value
        }
    }
}
