internal import Foundation
internal import LogGenerator
internal import SystemPackage

/// A mail server's log that is written at a steady pace and rotated as logrotate does it, with the truth of what was written.
final class SoakSource {
    enum Kind: CaseIterable {
        case postfixISO, postfixTraditional, postfixStructured, momentum
    }

    let path: FilePath
    let format: String
    private var log: any GeneratedLines
    private var file: FileDescriptor
    private var rotations = 0

    init(_ kind: Kind, in folder: FilePath, seed: UInt64, messagesPerSecond rate: Int) throws {
        let start = Int64(Date().timeIntervalSince1970 * 1_000_000)
        let domains = DomainTail(count: 50_000)
        func postfix(_ envelope: PostfixLog.Envelope) -> PostfixLog {
            PostfixLog(seed: seed, start: start, domains: domains, envelope: envelope, host: "mx\(seed)", rate: rate)
        }
        switch kind {
        case .postfixISO: log = postfix(.iso)
        case .postfixTraditional: log = postfix(.traditional)
        case .postfixStructured: log = postfix(.structured)
        case .momentum:
            log = MomentumLog(
                seed: seed,
                start: start,
                domains: domains,
                hasMicroseconds: true,
                interval: 1_000_000 / max(1, rate)
            )
        }
        format = kind == .momentum ? "momentum-mainlog" : "postfix"
        path = folder.appending("source\(seed).log")
        file = try Self.open(path)
    }

    /// What was written so far.
    var tally: LogTally { log.tally }

    func write(messages: Int) throws {
        try file.writeAll(log.lines(messages: messages))
    }

    /// Renames the log and begins a new one; the third one back goes.
    func rotate() throws {
        rotations += 1
        try FileManager.default.moveItem(atPath: path.string, toPath: "\(path).\(rotations)")
        let old = file
        file = try Self.open(path)
        try old.close()
        // Only gone where it was there.
        try? FileManager.default.removeItem(atPath: "\(path).\(rotations - 3)")
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .append],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
    }
}
