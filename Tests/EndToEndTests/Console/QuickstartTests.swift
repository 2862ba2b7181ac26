import Foundation
import Testing

/// What `make run` runs: everything at once, from nothing, and again.
@Suite(.twoAtATime)
struct QuickstartTests {
    @Test func quickstartBeginsFromNothingEndsCleanlyAndGoesOnWhereItStopped() async throws {
        try await TestFolder.with { folder in
            let port = try Port.free()
            let directory = "\(folder.path)/mailmill"
            let arguments = ["quickstart", "--directory", directory, "--listen", "127.0.0.1:\(port)"]
            let accepted = folder.isInMemory ? ["MAILMILL_DATABASE_ALLOW_FILE_SYSTEMS": "tmpfs"] : [:]

            let first = try Program(try MailmillBinary.path(), arguments, in: folder, environment: accepted)
            let text = try await announcement(first)
            #expect(text.contains("Console    http://127.0.0.1:\(port)/"))
            #expect(text.contains("Settings   \(directory)/mailmill.yaml"))
            let password = try #require(Self.password(in: text))
            #expect(try await signIn(password, port, folder) == "/password")
            #expect(try await signIn("wrong-" + password, port, folder) == nil)
            // Nothing secret is in the log, or in the list of processes.
            #expect(!first.errors.contains(password))
            first.signalGroup(SIGINT)
            #expect(try await first.finish(within: .seconds(30)) == .status(0), "\(first.errors)")
            #expect(ProcessTable.entries(inside: folder.path).isEmpty)

            let second = try Program(try MailmillBinary.path(), arguments, in: folder, environment: accepted)
            let again = try await announcement(second)
            #expect(again.contains("as before"))
            #expect(Self.password(in: again) == nil)
            #expect(!second.errors.contains("made the database"))
            #expect(!second.errors.contains("applied migration"))
            // The account is still there.
            #expect(try await signIn(password, port, folder) == "/password")
            second.signal(SIGTERM)
            #expect(try await second.finish(within: .seconds(30)) == .status(0), "\(second.errors)")
            #expect(ProcessTable.entries(inside: folder.path).isEmpty)
        }
    }

    /// What it prints once everything is up.
    private func announcement(_ program: Program) async throws -> String {
        try await eventually("the console's address") {
            if let ending = program.ending { throw TestFailure("quickstart ended: \(ending) \(program.errors)") }
            let output = program.output
            return output.contains("Ctrl-C stops everything.") ? output : nil
        }
    }

    private static func password(in text: String) -> String? {
        text.firstRange(of: "one-time password ").map { range in
            String(text.suffix(from: range.upperBound).prefix { $0 != " " })
        }
    }

    /// Signs in as a browser does.
    ///
    /// - Returns: where the console sends the person next; nil if they are not let in.
    private func signIn(_ password: String, _ port: Int, _ folder: TestFolder) async throws -> String? {
        let cookies = "\(folder.path)/cookies-\(UUID())"
        let address = "http://127.0.0.1:\(port)/sign-in"
        let page = try await WebAnswer.get(address, in: folder, cookies: cookies)
        guard let body = page?.body, let token = body.firstRange(of: "name=\"form_token\" value=\"") else {
            throw TestTrouble("no form at \(address)")
        }
        let value = body.suffix(from: token.upperBound).prefix { $0 != "\"" }
        let answer = try await WebAnswer.curl(
            [
                "--data-urlencode", "form_token=\(value)", "--data-urlencode", "name=admin",
                "--data-urlencode", "password=\(password)", "--data-urlencode", "next=/",
                "--header", "Origin: http://127.0.0.1:\(port)", address,
            ],
            in: folder,
            cookies: cookies
        )
        guard let answer else { throw TestTrouble("no answer from \(address)") }
        guard answer.status == 303 else {
            guard answer.body.contains("is wrong") else { throw TestTrouble("\(answer)") }
            return nil
        }
        let location = answer.headers.split(whereSeparator: \.isNewline).first {
            $0.lowercased().hasPrefix("location: ")
        }
        return location.map { String($0.dropFirst("location: ".count)) }
    }
}
