import Accounts
import ConsoleStandIns
import Foundation
import Testing

@testable import WebConsole

@Suite struct ThrottleTests {
    @Test func fifthFailureBringsADelayThatSaysHowLong() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            for _ in 0..<5 { #expect(try await browser.signIn("jo", "wrong").status == 422) }
            let answer = try await browser.signIn()
            #expect(answer.status == 429)
            #expect(answer[header: "Retry-After"] == "30")
            #expect(answer.text.contains("Too many sign-ins failed. Try again in 30 s."))
            fixture.clock.advance(by: 30)
            #expect(try await browser.signIn().status == 303)
        }
    }

    @Test func unknownNamesAreThrottledAlike() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            for _ in 0..<5 { try await browser.signIn("nobody", "wrong") }
            #expect(try await browser.signIn("nobody", "wrong").status == 429)
        }
    }

    @Test func addressThatTriesManyNamesIsThrottled() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            for name in ["a", "b", "c", "d", "e"] { #expect(try await browser.signIn(name, "wrong").status == 422) }
            #expect(try await browser.signIn("jo").status == 429)
        }
    }

    @Test func successDoesNotWashAwayFailuresUnderOtherNames() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            for name in ["a", "b", "c", "d"] { try await browser.signIn(name, "wrong") }
            #expect(try await browser.signIn("jo").status == 303)
            browser[cookie: "mailmill"] = nil
            try await browser.signIn("e", "wrong")
            #expect(try await browser.signIn("f", "wrong").status == 429)
        }
    }

    @Test func delayIsAnsweredWithoutAskingTheDatabase() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            for _ in 0..<6 { try await browser.signIn("jo", "wrong") }
            let before = await fixture.accounts.calls
            for _ in 0..<20 { #expect(try await browser.signIn("jo", "wrong").status == 429) }
            #expect(await fixture.accounts.calls == before)
        }
    }

    @Test func manyTriesAtOnceAreCountedBeforeTheyEnd() async throws {
        let gate = SignInGate(policy: SignInThrottle.Policy())
        let source = SignInSource(nameDigest: [1], address: "192.0.2.1")
        let none = SignInFailures(ofName: [], ofAddress: [])
        var let_in = 0
        for _ in 0..<100 where await gate.begin(source, after: none, at: ConsoleFixture.start) == nil { let_in += 1 }
        #expect(let_in == 5)
        for _ in 0..<5 { await gate.end(source) }
        let later = ConsoleFixture.start.addingTimeInterval(60)
        #expect(await gate.begin(source, after: none, at: later) == nil)
    }

    @Test func presentPasswordCannotBeGuessedEither() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn()
            let fields = ["present": "wrong", "new": "nine blue herons", "again": "nine blue herons"]
            for _ in 0..<5 {
                #expect(try await browser.post("/account/password", fields, from: "/account").status == 422)
            }
            let answer = try await browser.post("/account/password", fields, from: "/account")
            #expect(answer.status == 429)
            #expect(answer.text.contains("Try again in 30 s."))
        }
    }

    @Test func floodOfPasswordsIsTurnedAwayNotQueuedForEver() async throws {
        let workers = PasswordWorkers(workers: 1, queue: 2)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let results = await withTaskGroup(of: Bool.self) { group in
            let block = DispatchSemaphore(value: 0)
            for _ in 0..<10 {
                group.addTask {
                    do {
                        try await workers.run { block.wait() }
                        return true
                    } catch {
                        opener.yield()
                        return false
                    }
                }
            }
            // Seven of ten are turned away while one runs and two wait.
            var iterator = gate.makeAsyncIterator()
            for _ in 0..<7 { await iterator.next() }
            for _ in 0..<3 { block.signal() }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results.filter { $0 }.count == 3)
        try await workers.run {}
    }
}
