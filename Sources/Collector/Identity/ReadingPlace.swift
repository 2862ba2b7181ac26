import Crypto
import MailEvents

/// A place in a log, and what was read around it: the log's first bytes, and the bytes right before the place. From
/// these come the fingerprint, and the check that a file still is the one that was read.
struct ReadingPlace: Sendable, Equatable {
    static let window = FileFingerprint.window

    /// Bytes of the log before the place.
    private(set) var position: Int64
    /// The log's first bytes, as far as they were seen; `window` at most.
    private(set) var head: [UInt8]
    /// The bytes right before `position`; `window` at most, fewer near the log's beginning or where they are not known.
    private(set) var tail: [UInt8]

    /// The beginning of a log.
    init() {
        self.init(position: 0, head: [], tail: [])
    }

    init(position: Int64, head: [UInt8], tail: [UInt8]) {
        self.position = position
        self.head = Array(head.prefix(ReadingPlace.window))
        self.tail = Array(tail.suffix(ReadingPlace.window))
    }

    /// A place in a log that is at hand: looks up what stands around it.
    init(at position: Int64, in content: any LogContent) throws {
        let head = try content.head(ReadingPlace.window)
        let start = max(0, position - Int64(ReadingPlace.window))
        let tail = try content.bytes(at: start, count: Int(position - start))
        self.init(position: position, head: head, tail: start + Int64(tail.count) == position ? tail : [])
    }

    /// Moves over bytes that were read right after the place.
    mutating func advance(over bytes: UnsafeRawBufferPointer) {
        note(head: bytes, at: position)
        position += Int64(bytes.count)
        if bytes.count >= ReadingPlace.window {
            tail.replaceSubrange(0..<tail.count, with: bytes.suffix(ReadingPlace.window))
        } else {
            tail.append(contentsOf: bytes)
            if tail.count > ReadingPlace.window { tail.removeFirst(tail.count - ReadingPlace.window) }
        }
    }

    /// Jumps to where reading can go on, over bytes that are lost.
    mutating func jump(to position: Int64) {
        self.position = position
        tail.removeAll(keepingCapacity: true)
    }

    /// Takes note of the log's first bytes where `bytes`, which stand at `position`, are of them.
    mutating func note(head bytes: UnsafeRawBufferPointer, at position: Int64) {
        guard head.count < ReadingPlace.window, position <= Int64(head.count) else { return }
        let known = head.count - Int(position)
        guard known < bytes.count else { return }
        head.append(contentsOf: bytes[known...].prefix(ReadingPlace.window - head.count))
    }

    /// How to recognise the log when it stands here.
    func fingerprint() -> FileFingerprint {
        FileFingerprint(
            headLength: Int32(head.count),
            headHash: ReadingPlace.hash(head),
            tailLength: Int32(tail.count),
            tailHash: ReadingPlace.hash(tail)
        )
    }

    /// Whether the bytes before the place, and where those are few the log's first bytes, are still the ones that were
    /// read. What has been cut and written anew since is told by this even when it has grown past the place again.
    func isStill(in file: OpenFile) throws -> Bool {
        if tail.count < ReadingPlace.window, !head.isEmpty {
            guard try file.readFully(at: 0, count: head.count) == head else { return false }
        }
        guard !tail.isEmpty else { return true }
        return try file.readFully(at: position - Int64(tail.count), count: tail.count) == tail
    }

    /// The hashes of all beginnings of `head` that end with a line, and of all of it: a log was made known with as many
    /// whole lines as there were.
    static func headHashes(_ head: [UInt8]) -> [[UInt8]] {
        var hasher = SHA256()
        var hashes: [[UInt8]] = []
        for line in head.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            hasher.update(data: line + [0x0A])
            hashes.append(Array(hasher.finalize()))
        }
        if head.last != 0x0A { hashes.append(hash(head)) }
        return hashes
    }

    static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: Array(bytes)))
    }
}
