import CZlib

// The spool holds what was read of logs until it is surely counted, so that a log may be rotated, compressed and
// deleted while the database is away. One folder a source, one folder a log in it:
//
//     <spool>/<source>/opening.json                     what the database knew last, for a start without it: a hint
//     <spool>/<source>/<key>/<first>-<number>.spool     segments of the log with this key (32 hexadecimal digits)
//
// `first` is the position in the log of the segment's first byte (20 digits), `number` tells apart segments that begin
// at the same. Segments of one log may overlap after a failed sync; the one with the higher number is right.
//
// A segment is a head and then frames, each compressed by itself (zstd), so that damage stays where it is. All numbers
// are little endian; a checksum is CRC-32 of all bytes of the head before it, or of what is named.
//
//     head    magic "MMSPOOL1", length of the rest (4), key (16), first position (8), when the log was modified
//             (8, microseconds since 1970), length (2) and bytes of the log's beginning (at most 4096),
//             length (2) and bytes of its name, checksum (4)
//     frame   magic "MMF1", key (16), position (8), length (4), stored length (4), checksum of the stored bytes (4),
//             checksum of this head so far (4), stored bytes
//
// The position comes from the frames themselves and from nothing else that could disagree. A torn end is cut off. A
// frame whose bytes have changed is passed over and said; the frames behind it are found by their magic and checksum.

/// What stands at the beginning of a segment.
struct SpoolSegmentHead: Sendable, Equatable {
    static let magic = Array("MMSPOOL1".utf8)

    var key: FileKey
    var first: Int64
    /// When the log was modified, as of the segment's beginning; microseconds since 1970 UTC.
    var modifiedAt: Int64
    /// The log's first bytes.
    var logHead: [UInt8]
    /// The path it was last seen at.
    var name: String

    var encoded: [UInt8] {
        var body = key.bytes
        body.appendLittle(first)
        body.appendLittle(modifiedAt)
        body.appendLittle(UInt16(min(logHead.count, ReadingPlace.window)))
        body += logHead.prefix(ReadingPlace.window)
        let nameBytes = Array(name.utf8.prefix(Int(UInt16.max)))
        body.appendLittle(UInt16(nameBytes.count))
        body += nameBytes
        var bytes = SpoolSegmentHead.magic
        bytes.appendLittle(UInt32(body.count + 4))
        bytes += body
        bytes.appendLittle(Checksum.of(bytes))
        return bytes
    }

    /// Reads the head of a segment, and how many bytes it takes; nil if it is damaged.
    static func decode(_ bytes: borrowing RawSpan) -> (head: SpoolSegmentHead, length: Int)? {
        guard bytes.byteCount > 12, bytes.starts(with: magic, at: 0) else { return nil }
        let length = 12 + Int(bytes.little(UInt32.self, at: 8))
        guard length >= 12 + 44, length <= bytes.byteCount,
            Checksum.of(bytes.extracting(0..<length - 4)) == bytes.little(UInt32.self, at: length - 4)
        else { return nil }
        let headLength = Int(bytes.little(UInt16.self, at: 44))
        guard 46 + headLength + 2 <= length - 4 else { return nil }
        let nameLength = Int(bytes.little(UInt16.self, at: 46 + headLength))
        guard 48 + headLength + nameLength == length - 4 else { return nil }
        let head = SpoolSegmentHead(
            key: bytes.fileKey(at: 12),
            first: bytes.little(Int64.self, at: 28),
            modifiedAt: bytes.little(Int64.self, at: 36),
            logHead: bytes.array(46..<46 + headLength),
            name: String(decoding: bytes.array(48 + headLength..<length - 4), as: UTF8.self)
        )
        return (head, length)
    }
}

/// What stands before the stored bytes of a frame.
struct SpoolFrameHead: Sendable, Equatable {
    static let magic = Array("MMF1".utf8)
    static let size = 44
    /// Bytes of a log that a frame holds at most.
    static let maximumLength = 1 << 20

    var key: FileKey
    var position: Int64
    /// Bytes of the log.
    var length: Int
    /// Bytes in the segment.
    var storedLength: Int
    var storedChecksum: UInt32

    var end: Int64 { position + Int64(length) }

    var encoded: [UInt8] {
        var bytes = SpoolFrameHead.magic + key.bytes
        bytes.appendLittle(position)
        bytes.appendLittle(UInt32(length))
        bytes.appendLittle(UInt32(storedLength))
        bytes.appendLittle(storedChecksum)
        bytes.appendLittle(Checksum.of(bytes))
        return bytes
    }

    /// Reads the head of a frame; nil if there is none at `offset`, or it is damaged.
    static func decode(_ bytes: borrowing RawSpan, at offset: Int) -> SpoolFrameHead? {
        guard offset + size <= bytes.byteCount, bytes.starts(with: magic, at: offset),
            Checksum.of(bytes.extracting(offset..<offset + size - 4))
                == bytes.little(UInt32.self, at: offset + size - 4)
        else { return nil }
        let head = SpoolFrameHead(
            key: bytes.fileKey(at: offset + 4),
            position: bytes.little(Int64.self, at: offset + 20),
            length: Int(bytes.little(UInt32.self, at: offset + 28)),
            storedLength: Int(bytes.little(UInt32.self, at: offset + 32)),
            storedChecksum: bytes.little(UInt32.self, at: offset + 36)
        )
        return head.position >= 0 && (1...maximumLength).contains(head.length) ? head : nil
    }
}

/// CRC-32, as of zlib.
enum Checksum {
    static func of(_ bytes: [UInt8]) -> UInt32 {
        of(bytes.span.bytes)
    }

    static func of(_ bytes: borrowing RawSpan) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            UInt32(crc32_z(0, buffer.assumingMemoryBound(to: UInt8.self).baseAddress, buffer.count))
        }
    }
}
