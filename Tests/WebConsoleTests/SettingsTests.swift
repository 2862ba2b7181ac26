import Foundation
import Testing

@testable import WebConsole

@Suite struct SettingsTests {
    @Test(arguments: ["127.0.0.1:8025", "localhost:80", "[::1]:8025", "127.9.9.9:1"])
    func plainHTTPIsForLoopback(text: String) throws {
        let settings = WebConsoleSettings(listen: try ListenAddress(text))
        #expect(try !settings.checked().isSecure)
        #expect("\(settings.listen)" == text)
    }

    @Test(arguments: ["0.0.0.0:8025", "192.0.2.1:80", "[::]:8025", "[2001:db8::1]:8025"])
    func plainHTTPElsewhereIsRefusedUnlessAllowed(text: String) throws {
        var settings = WebConsoleSettings(listen: try ListenAddress(text))
        #expect(throws: WebConsoleError.plainHTTPBeyondLoopback(address: text)) { _ = try settings.checked() }
        settings.allowPlainHTTP = true
        _ = try settings.checked()
    }

    @Test(arguments: ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "example.com:80", ":80", "[::1:80"])
    func unusableAddressesSayWhatIsExpected(text: String) {
        #expect(throws: WebConsoleError.self) { _ = try ListenAddress(text) }
    }

    @Test func certificateAndKeyBelongTogether() {
        var settings = WebConsoleSettings()
        settings.certificatePath = "/nonexistent.pem"
        #expect(throws: WebConsoleError.certificateWithoutKey) { _ = try settings.checked() }
        settings.privateKeyPath = "/nonexistent.key"
        #expect {
            _ = try settings.checked()
        } throws: { error in
            guard case .unreadableFile(let path, _, _) = error as? WebConsoleError else { return false }
            return path == "/nonexistent.pem"
        }
        settings.certificatePath = nil
        #expect(throws: WebConsoleError.keyWithoutCertificate) { _ = try settings.checked() }
    }

    @Test(arguments: [
        "mail.example.com", "ftp://mail.example.com", "https://", "https://mail.example.com/path",
        "http://mail.example.com",
    ])
    func unusablePublicURLsAreRefused(text: String) {
        var settings = WebConsoleSettings()
        settings.publicURL = text
        #expect(throws: WebConsoleError.self) { _ = try settings.checked() }
    }

    @Test func publicURLMakesCookiesSecure() throws {
        var settings = WebConsoleSettings()
        settings.publicURL = "https://Mail.Example.com:443/"
        let checked = try settings.checked()
        #expect(checked.isSecure)
        #expect(checked.publicOrigin == "https://mail.example.com")
    }

    @Test func onlyDeclaredProxiesAreBelieved() throws {
        let proxies: Set<IPAddress> = Set(["127.0.0.1", "192.0.2.10"].compactMap { IPAddress($0) })
        func address(_ peer: String, _ forwarded: [String], _ trusted: Set<IPAddress>) -> String {
            ClientAddress(peer: IPAddress(peer), forwardedFor: forwarded, trustedProxies: trusted).text
        }
        #expect(address("127.0.0.1", ["198.51.100.7"], []) == "127.0.0.1")
        #expect(address("127.0.0.1", ["198.51.100.7"], proxies) == "198.51.100.7")
        #expect(address("203.0.113.5", ["198.51.100.7"], proxies) == "203.0.113.5")
        #expect(address("127.0.0.1", ["10.0.0.1, 198.51.100.7, 192.0.2.10"], proxies) == "198.51.100.7")
        #expect(address("127.0.0.1", ["198.51.100.7:4711"], proxies) == "198.51.100.7")
        #expect(address("127.0.0.1", ["[2001:db8::7]:4711"], proxies) == "2001:db8::7")
        #expect(address("127.0.0.1", ["junk"], proxies) == "127.0.0.1")
        #expect(ClientAddress(IPAddress("2001:db8:1:2:3:4:5:6")).network == "2001:db8:1:2::")
        #expect(ClientAddress(IPAddress("::ffff:192.0.2.1")).network == "192.0.2.1")
    }

    @Test func errorsSayWhatToDoAndEndWithoutAFullStop() {
        let errors: [WebConsoleError] = [
            .plainHTTPBeyondLoopback(address: "0.0.0.0:80"), .certificateWithoutKey, .keyWithoutCertificate,
            .unreadableFile(path: "/x", purpose: "TLS key", reason: "none"), .publicURLUnusable(text: "x", reason: "y"),
            .listenAddressUnusable(text: "x", reason: "y"), .trustedProxyUnusable(text: "x"),
            .addressUnavailable(address: "127.0.0.1:80", reason: "x"), .resourceUnusable(name: "x", reason: "y"),
            .passwordWorkersBusy,
        ]
        for error in errors {
            #expect(!"\(error)".hasSuffix("."))
            #expect("\(error)".first?.isLowercase == true)
        }
    }
}
