import Foundation
import HTTPTypes
import Testing

@testable import WebConsole

@Suite struct SecurityHeaderTests {
    @Test(arguments: [
        "/sign-in", "/dashboard", "/no-such-page", "/api/v1/status", "/healthz", "/dashboard?period=x", "/assets/x",
    ])
    func everyAnswerCarriesThem(path: String) async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let answer = try await browser.get(path)
            let policy = try #require(answer[header: "Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe"))
            #expect(answer[header: "X-Content-Type-Options"] == "nosniff")
            #expect(answer[header: "Referrer-Policy"] == "same-origin")
            #expect(answer[header: "Cross-Origin-Opener-Policy"] == "same-origin")
            #expect(answer[header: "Cache-Control"] == "no-store")
            #expect(answer[header: "Strict-Transport-Security"] == nil)
        }
    }

    @Test func pagesHoldNothingInline() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn()
            for path in ["/dashboard", "/status", "/account", "/no-such-page"] {
                let text = try await browser.get(path).text
                #expect(text.firstMatch(of: /\son[a-z]+=|\sstyle=|<style|<script>|javascript:/) == nil, "\(path)")
            }
        }
    }

    @Test func cookiesAreOnlyForUs() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let answer = try await browser.get("/sign-in")
            let cookie = try #require(answer[header: "Set-Cookie"])
            #expect(cookie.hasPrefix("mailmill-form="))
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
            #expect(!cookie.contains("Secure") && !cookie.contains("Domain"))
            let session = try #require(try await browser.signIn()[header: "Set-Cookie"])
            #expect(
                session.hasPrefix("mailmill=") && session.contains("Max-Age=604800") && session.contains("HttpOnly")
            )
        }
    }

    @Test func behindTLSCookiesAreSecureAndBoundToTheHost() async throws {
        let fixture = try await ConsoleFixture { $0.publicURL = "https://mail.example.com" }
        try await fixture.browse { (browser: Browser) async throws in
            let answer = try await browser.get("/sign-in")
            #expect(answer[header: "Set-Cookie"]?.hasPrefix("__Host-mailmill-form=") == true)
            #expect(answer[header: "Set-Cookie"]?.contains("Secure") == true)
            #expect(answer[header: "Strict-Transport-Security"] == "max-age=15552000")
            let session = try #require(try await browser.signIn()[header: "Set-Cookie"])
            #expect(session.hasPrefix("__Host-mailmill=") && session.contains("Secure"))
            #expect(try await browser.get("/account").status == 200)
        }
    }

    @Test func assetsAreKeptForAYearUnderTheNameOfTheirContent() async throws {
        let fixture = try await ConsoleFixture()
        let path = try #require(fixture.application.site.assets.paths["console_css"])
        #expect(path.wholeMatch(of: /\/assets\/console\.[0-9a-f]{12}\.css/) != nil)
        try await fixture.browse { (browser: Browser) async throws in
            let answer = try await browser.get(path)
            #expect(answer.status == 200)
            #expect(answer[header: "Content-Type"] == "text/css; charset=utf-8")
            #expect(answer[header: "Cache-Control"] == "public, max-age=31536000, immutable")
            let tag = try #require(answer[header: "ETag"])
            let again = try await browser.get(path, [.ifNoneMatch: tag])
            #expect(again.status == 304)
            #expect(again.text.isEmpty)
            #expect(try await browser.get("/assets/console.css").status == 404)
            #expect(try await browser.get("/assets/..%2Ftemplates%2Fframe.mustache").status == 404)
        }
    }

    @Test func withoutTheChartsLibraryThePageSaysWhatToInstall() async throws {
        let fixture = try await ConsoleFixture { $0.assetsDirectory = "/nonexistent/dygraphs" }
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/dashboard").text
            #expect(text.contains("apt-get install libjs-dygraphs"))
            #expect(text.contains("/nonexistent/dygraphs"))
            #expect(text.contains("<details class=\"table\" open>"))
            #expect(!text.contains("data-charts"))
        }
    }
}
