internal import BenchmarkSupport
internal import Foundation
internal import LogGenerator
internal import SystemPackage

/// A Postfix log of some size that only ever stands compressed on the disk.
struct CompressedArchive {
    let path: FilePath
    /// Of the log.
    let bytes: Int
    /// On the disk.
    let size: Int
    let tally: LogTally

    /// Writes a log that ends an hour ago, through zstd.
    init(_ path: FilePath, bytes: Int) throws {
        let rate = 200
        // A message has some 1080 bytes of log.
        let duration = Int64(bytes / 1080) * 1_000_000 / Int64(rate)
        let end = Int64(Date().timeIntervalSince1970 * 1_000_000) - 3_600_000_000
        let domains = DomainTail(count: GeneratedLog.domainCount)
        var log = PostfixLog(seed: 1, start: end - duration, domains: domains, rate: rate)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/zstd")
        process.arguments = ["-q", "-3", "-o", path.string]
        process.standardInput = pipe
        try process.run()
        var written = 0
        let input = FileDescriptor(rawValue: pipe.fileHandleForWriting.fileDescriptor)
        while written < bytes { written += try input.writeAll(log.lines(messages: 2000)) }
        try pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
        guard process.terminationStatus == 0, let size = attributes[.size] as? Int else {
            throw MailmillProgram.Failure(description: "zstd could not write \(path)")
        }
        self.path = path
        self.bytes = written
        self.size = size
        tally = log.tally
    }
}
