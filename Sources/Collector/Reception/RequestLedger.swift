import Glibc
import SystemPackage

/// Which requests have been received, in two files beside the spool: `requests-<n>`, records of 44 bytes.
///
/// A record is written and synced before the request's bytes are, and says where they will stand. So a request whose
/// bytes did not come to the disk whole is told after a crash, and was never received.
final class RequestLedger {
    struct Record: Equatable {
        static let size = 44

        var digest: RequestDigest
        /// Where its bytes stand in the spool.
        var position: Int64
        var length: Int64
        /// Microseconds since 1970 UTC.
        var receivedAt: Int64

        var end: Int64 { position + length }
    }

    private static let prefix = "requests-"

    private let folder: FilePath
    private let memory: Int64
    private let limit: Int
    private var file: SpoolFile?
    private var number = 0
    private var begunAt: Int64?
    private var current: Set<RequestDigest> = []
    private var previous: Set<RequestDigest> = []
    /// Where the file ended before the records that are not confirmed yet; nil if there are none.
    private var unconfirmed: Int64?

    /// - Parameters:
    ///   - memory: microseconds for which a request is known at least.
    ///   - limit: requests that a file holds at most.
    init(folder: FilePath, memory: Int64, limit: Int) {
        self.folder = folder
        self.memory = memory
        self.limit = limit
    }

    func contains(_ digest: RequestDigest) -> Bool {
        current.contains(digest) || previous.contains(digest)
    }

    /// Reads what was received. Records behind `end`, and those behind them, are of requests that were not received
    /// whole: they are cut off.
    ///
    /// - Returns: where the first of those stands in the spool; nil if there is none.
    func open(end: Int64) throws -> Int64? {
        let numbers = try LogFolder.names(in: folder)
            .compactMap { $0.hasPrefix(Self.prefix) ? Int($0.dropFirst(Self.prefix.count)) : nil }
            .sorted()
        for old in numbers.dropLast(2) { try SpoolFolder.remove(path(old)) }
        var cut: Int64?
        for known in numbers.suffix(2) {
            let bytes = try OpenFile(path(known)).readFully(at: 0, count: Record.size * limit * 2)
            var records = Self.records(in: bytes)
            if let first = records.firstIndex(where: { $0.end > end }) {
                cut = cut ?? records[first].position
                records.removeSubrange(first...)
            }
            previous = current
            current = Set(records.map(\.digest))
            number = known
            begunAt = records.first?.receivedAt
            file = try SpoolFile(continuing: path(known), length: Int64(records.count * Record.size))
        }
        return cut
    }

    /// Writes records and makes them safe; they count once `confirm` is called.
    func append(_ records: [Record], now: Int64) throws {
        if let begunAt, now - begunAt > memory || current.count >= limit { try beginAnew(now) }
        if file == nil { try beginAnew(now) }
        guard let file else { return }
        if let unconfirmed {
            // A cut that failed before.
            try file.cut(to: unconfirmed)
        }
        unconfirmed = file.length
        begunAt = begunAt ?? now
        try file.append(records.flatMap(\.encoded))
        try file.sync()
    }

    /// The requests are received.
    func confirm(_ records: [Record]) {
        unconfirmed = nil
        for record in records { current.insert(record.digest) }
    }

    /// The requests are not received after all.
    func takeBack() {
        guard let unconfirmed, let file else { return }
        // Should it fail, it is tried again before the next records.
        guard (try? file.cut(to: unconfirmed)) != nil else { return }
        self.unconfirmed = nil
    }

    private func beginAnew(_ now: Int64) throws {
        let new = try SpoolFile(creating: path(number + 1))
        try SpoolFile.syncFolder(folder)
        try SpoolFolder.remove(path(number - 1))
        number += 1
        file = new
        begunAt = nil
        unconfirmed = nil
        previous = current
        current = []
    }

    private func path(_ number: Int) -> FilePath { folder.appending("\(Self.prefix)\(number)") }

    /// The whole records of a file, up to the first that is torn.
    private static func records(in bytes: [UInt8]) -> [Record] {
        var records: [Record] = []
        var offset = 0
        while let record = Record.decode(bytes.span.bytes, at: offset) {
            records.append(record)
            offset += Record.size
        }
        return records
    }
}

extension RequestLedger.Record {
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        bytes.appendLittle(digest.high)
        bytes.appendLittle(digest.low)
        bytes.appendLittle(position)
        bytes.appendLittle(length)
        bytes.appendLittle(receivedAt)
        bytes.appendLittle(Checksum.of(bytes))
        return bytes
    }

    static func decode(_ bytes: borrowing RawSpan, at offset: Int) -> Self? {
        guard offset + size <= bytes.byteCount,
            Checksum.of(bytes.extracting(offset..<offset + size - 4))
                == bytes.little(UInt32.self, at: offset + size - 4)
        else { return nil }
        let digest = RequestDigest(
            high: bytes.little(UInt64.self, at: offset),
            low: bytes.little(UInt64.self, at: offset + 8)
        )
        return Self(
            digest: digest,
            position: bytes.little(Int64.self, at: offset + 16),
            length: bytes.little(Int64.self, at: offset + 24),
            receivedAt: bytes.little(Int64.self, at: offset + 32)
        )
    }
}
