import Foundation
import HTTPTypes
import Testing

@testable import WebConsole

@Suite struct FormGuardTests {
    private static func fields(_ name: String, _ value: String) throws -> HTTPFields {
        [try #require(HTTPField.Name(name)): value]
    }

    @Test func everyFormNeedsItsToken() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let bare = try await browser.postBare("/sign-in", ["name": "jo", "password": ConsoleFixture.password])
            #expect(bare.status == 403)
            #expect(browser[cookie: "mailmill"] == nil)
            try await browser.signIn()
            for path in ["/sign-out", "/account/password", "/account/zone"] {
                #expect(try await browser.postBare(path, ["form_token": "x"]).status == 403, "\(path)")
            }
            #expect(try await browser.get("/account").status == 200)
        }
    }

    @Test func tokenOfTheSignInIsWorthNothingInside() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let outside = try #require(try await browser.get("/sign-in").formToken)
            try await browser.signIn()
            #expect(try await browser.postBare("/sign-out", ["form_token": outside]).status == 403)
        }
    }

    @Test func formsOfOtherSitesAreRefused() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn()
            for headers in [
                try Self.fields("Sec-Fetch-Site", "cross-site"), try Self.fields("Sec-Fetch-Site", "same-site"),
                try Self.fields("Origin", "https://evil.example"), try Self.fields("Origin", "null"),
                try Self.fields("Origin", "https://localhost"),
            ] {
                #expect(
                    try await browser.post("/account/zone", ["zone": "UTC"], from: "/account", headers).status == 403
                )
            }
            let own = try Self.fields("Origin", "http://localhost")
            #expect(try await browser.post("/account/zone", ["zone": "UTC"], from: "/account", own).status == 303)
        }
    }

    @Test func declaredPublicOriginIsOurs() async throws {
        let fixture = try await ConsoleFixture { $0.publicURL = "https://mail.example.com/" }
        try await fixture.browse { (browser: Browser) async throws in
            let headers = try Self.fields("Origin", "https://mail.example.com")
            let fields = ["name": "jo", "password": ConsoleFixture.password]
            #expect(try await browser.post("/sign-in", fields, from: "/sign-in", headers).status == 303)
        }
    }

    @Test func largeFormsAndOtherTypesAreRefused() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let large = ["name": String(repeating: "x", count: 20_000)]
            #expect(try await browser.post("/sign-in", large, from: "/sign-in").status == 413)
            let json: HTTPFields = [.contentType: "application/json"]
            #expect(try await browser.post("/sign-in", [:], from: "/sign-in", json).status == 400)
        }
    }

    @Test(arguments: ["a=%", "a=%2", "a=%zz", "a=%ff", "a=%00"])
    func whatIsNoFormIsRefused(text: String) {
        #expect(throws: FormFields.Malformed.self) { _ = try FormFields(parsing: text) }
    }

    @Test func formsAreReadAsBrowsersWriteThem() throws {
        let fields = try FormFields(parsing: "name=J%C3%B6+Miller&empty=&x&a=b%26c%3Dd&&a=2")
        #expect(fields["name"] == "Jö Miller")
        #expect(fields["empty"] == "")
        #expect(fields["x"] == "")
        #expect(fields["a"] == "b&c=d")
        #expect(fields["none"] == nil)
        #expect(try FormFields(parsing: fields.encoded) == fields)
    }
}
