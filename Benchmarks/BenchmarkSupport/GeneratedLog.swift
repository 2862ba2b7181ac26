internal import Foundation
package import LogGenerator
package import SystemPackage

/// A Postfix log on disk, as a busy relay writes it.
package struct GeneratedLog: Sendable {
    package let path: FilePath
    package let bytes: Int
    package let tally: LogTally

    /// The domains that all benchmarks use: Zipf's law over this many.
    package static let domainCount = 56_000
    package static func domainNames(_ count: Int = domainCount) -> [String] { (0..<count).map(DomainTail.name) }

    /// Writes a log that ends now.
    ///
    /// - Parameters:
    ///   - isEnough: asked every 2000 messages.
    ///   - rate: messages a second.
    ///   - domains: that mail goes to, Zipf's law.
    package init(
        _ path: FilePath,
        rate: Int,
        messages: Int,
        domains: Int = domainCount,
        isEnough: (LogTally, Int) -> Bool
    ) throws {
        let start = Int64(Date().timeIntervalSince1970 * 1_000_000) - Int64(messages) * 1_000_000 / Int64(rate)
        var log = PostfixLog(seed: 1, start: start, domains: DomainTail(count: domains), rate: rate)
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        let written = try file.closeAfter {
            var written = 0
            while !isEnough(log.tally, written) { written += try file.writeAll(log.lines(messages: 2000)) }
            return written
        }
        self.path = path
        bytes = written
        tally = log.tally
    }
}
