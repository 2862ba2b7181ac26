internal import Accounts
internal import Foundation
internal import Hummingbird

/// Our cookies: the session, the secret of the sign-in form, the time zone.
struct CookieJar: Sendable {
    /// Browsers reach us over TLS: cookies are `Secure`, and bound to the host by their name (RFC 6265bis §4.1.3).
    let isSecure: Bool

    private var prefix: String { isSecure ? "__Host-" : "" }
    private var sessionName: String { "\(prefix)mailmill" }
    private var formName: String { "\(prefix)mailmill-form" }
    private static let zoneName = "mailmill-zone"

    func session(of request: Request) -> SessionToken? {
        request.cookies[sessionName].flatMap { SessionToken(text: $0.value) }
    }

    func set(session token: SessionToken, for time: Duration, on response: inout Response) {
        response.setCookie(cookie(sessionName, token.text, maxAge: Int(time.components.seconds)))
    }

    func clearSession(on response: inout Response) {
        response.setCookie(cookie(sessionName, "", maxAge: 0))
    }

    /// The secret of a browser where nobody is signed in yet: the sign-in form's token is made from it.
    func formSecret(of request: Request) -> SessionToken? {
        request.cookies[formName].flatMap { SessionToken(text: $0.value) }
    }

    func set(formSecret: SessionToken, on response: inout Response) {
        response.setCookie(cookie(formName, formSecret.text, maxAge: nil))
    }

    /// The person's time zone: the one they chose, or the one their browser told.
    func zone(of request: Request) -> TimeZone? {
        if let chosen = chosenZone(of: request) { return TimeZone(identifier: chosen) }
        return zoneName(of: request).flatMap { TimeZone(identifier: $0) }
    }

    /// The name of a time zone that the person chose in place of the browser's.
    func chosenZone(of request: Request) -> String? {
        guard let name = zoneName(of: request), name.hasPrefix(Self.chosenMark) else { return nil }
        let chosen = String(name.dropFirst(Self.chosenMark.count))
        return TimeZone(identifier: chosen) == nil ? nil : chosen
    }

    /// nil: whatever the browser tells. No secret, and the script reads it.
    func set(zone: String?, on response: inout Response) {
        let value = zone.map { FormFields.encode(Self.chosenMark + $0) } ?? ""
        let age = zone == nil ? 0 : 365 * 86_400
        response.setCookie(
            Cookie(
                name: Self.zoneName,
                value: value,
                maxAge: age,
                path: "/",
                secure: isSecure,
                httpOnly: false,
                sameSite: .lax
            )
        )
    }

    private static let chosenMark = "chosen:"

    private func zoneName(of request: Request) -> String? {
        guard let name = request.cookies[Self.zoneName]?.value.removingPercentEncoding, name.utf8.count < 64 else {
            return nil
        }
        return name
    }

    private func cookie(_ name: String, _ value: String, maxAge: Int?) -> Cookie {
        Cookie(name: name, value: value, maxAge: maxAge, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }
}
