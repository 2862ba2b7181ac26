import Foundation

/// The real logrotate, on one log of a test.
struct Logrotate: Sendable {
    /// How it moves a log away.
    enum Way: String, CaseIterable, Sendable {
        case create = "create 0644\ndelaycompress\ncompress"
        case createUncompressed = "create 0644"
        case createDated = "create 0644\ndateext\ndateformat -%Y%m%d-%s"
        case compressAtOnce = "create 0644\ncompress"
        case copyTruncate = "copytruncate"
        case copyTruncateCompressed = "copytruncate\ncompress"
    }

    private static let executable = "/usr/sbin/logrotate"
    private let folder: TestFolder
    private let configuration: String
    private let handshake: String
    let way: Way

    /// - Parameter keep: rotated files that stay.
    init(_ log: String, _ way: Way, keep: Int = 100, in folder: TestFolder) throws {
        self.folder = folder
        self.way = way
        handshake = try folder.folder("rotate-\(way)")
        // The scripts ask the writer, and wait for its answer: it stops before a copy is made (lines that are written
        // between copy and truncation are lost by copytruncate's own nature), and opens the new file after.
        let text = """
            \(log) {
                rotate \(keep)
                missingok
                \(way.rawValue.replacing("\n", with: "\n    "))
                prerotate
                    \(Self.ask("pause", handshake))
                endscript
                postrotate
                    \(Self.ask("resume", handshake))
                endscript
            }
            """
        configuration = try folder.file("rotate-\(way).conf", text + "\n")
    }

    private var copies: Bool { way.rawValue.hasPrefix("copytruncate") }

    private static func ask(_ what: String, _ folder: String) -> String {
        "touch \(folder)/\(what); for i in $(seq 3000); do [ -e \(folder)/\(what) ] || break; sleep 0.01; done"
    }

    /// Rotates the log, while the writer, if there is one, goes on as a mail server would.
    func rotate(_ writer: LogWriter? = nil) async throws {
        let rotation = try Program(
            Self.executable,
            ["--force", "--state", "\(handshake)/state", configuration],
            in: folder
        )
        try await answer("pause", rotation) { if copies { await writer?.pause(true) } }
        try await answer("resume", rotation) {
            if !copies { try await writer?.reopen() }
            await writer?.pause(false)
        }
        let ending = try await rotation.finish()
        guard ending == .status(0) else { throw TestTrouble("logrotate: \(ending) \(rotation.errors)") }
    }

    private func answer(_ what: String, _ rotation: Program, _ act: () async throws -> Void) async throws {
        let file = "\(handshake)/\(what)"
        try await eventually("logrotate's \(what)", every: .milliseconds(5)) {
            FileManager.default.fileExists(atPath: file) || rotation.ending != nil
        }
        try await act()
        // Not there: logrotate ended already, and its status tells why.
        try? FileManager.default.removeItem(atPath: file)
    }
}
