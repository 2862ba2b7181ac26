import Foundation

/// The program under test: the one that was built together with these tests.
enum MailmillBinary {
    static func path() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let path: String
        if let named = environment["MAILMILL_TEST_BINARY"] {
            path = named
        } else {
            let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            path = URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/mailmill"
        }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestTrouble("\(path) is missing: run `swift build` first")
        }
        return path
    }
}
