internal import Foundation
internal import SystemPackage

/// The web console of a `mailmill serve`, and a browser that is signed in.
package struct Console: Sendable {
    package let port: Int
    private static let name = "benchmark"
    private static let password = "counting-9-postmarks-on-loopback"

    /// Finds a port that nobody uses.
    package init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Waits until the console answers and the database is there, makes an account, and signs in by the form.
    package func signIn(_ program: MailmillProgram, _ serving: ServingProgram) async throws -> HTTPConnection {
        try await serving.wait(for: "account") {
            // Until the schema is there, it fails.
            let made = try? program.run(
                ["account", "add", Self.name, "--role", "admin", "--password-stdin"],
                input: Self.password + "\n"
            )
            return made != nil
        }
        try await serving.wait(for: "sign-in page") {
            // Until it listens, it refuses.
            (try? HTTPConnection(port: port).get("/sign-in").status) == 200
        }
        let browser = try HTTPConnection(port: port)
        var status = 0
        try await serving.wait(for: "sign-in") {
            let form = try browser.get("/sign-in").body
            guard let token = form.firstMatch(of: /name="form_token" value="([^"]*)"/)?.1 else { return false }
            let fields = [
                ("form_token", String(token)), ("next", "/dashboard"), ("name", Self.name), ("password", Self.password),
            ]
            status = try browser.post("/sign-in", fields).status
            return status == 303 || status == 302
        }
        guard try browser.get("/dashboard").status == 200 else {
            throw HTTPConnection.Unexpected("signed in, and the dashboard does not show")
        }
        return browser
    }
}
