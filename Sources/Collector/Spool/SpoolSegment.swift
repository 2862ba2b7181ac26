import CZstd

/// The content of one segment, read into memory: which frames are whole, and what is damaged.
struct SpoolSegment: Sendable {
    struct Frame: Sendable, Equatable {
        var head: SpoolFrameHead
        /// Where the stored bytes begin in the segment.
        var offset: Int
    }

    let head: SpoolSegmentHead
    /// In the order of the segment, which is the order of the log.
    let frames: [Frame]
    /// Bytes of the segment up to the end of its last whole frame.
    let wholeLength: Int
    /// Whether frames before the last whole one are damaged.
    let hasDamage: Bool
    private let bytes: [UInt8]

    /// - Returns: nil if the head is damaged: whose frames these are is then told by the frames, see `init(rescuing:)`.
    init?(_ bytes: [UInt8]) {
        guard let (head, length) = SpoolSegmentHead.decode(bytes.span.bytes) else { return nil }
        self.init(bytes, head: head, framesFrom: length)
    }

    /// A segment whose head is damaged: frames of the log are still found by their own heads.
    init(rescuing bytes: [UInt8], key: FileKey, first: Int64) {
        let head = SpoolSegmentHead(key: key, first: first, modifiedAt: 0, logHead: [], name: "")
        self.init(bytes, head: head, framesFrom: 0)
    }

    private init(_ bytes: [UInt8], head: SpoolSegmentHead, framesFrom start: Int) {
        let span = bytes.span.bytes
        var frames: [Frame] = []
        var hasGap = false
        var hasDamage = false
        var offset = start
        var wholeLength = start
        while let found = SpoolSegment.nextFrame(span, from: offset, key: head.key) {
            let stored = found.offset..<found.offset + found.head.storedLength
            let isWhole = Checksum.of(span.extracting(stored)) == found.head.storedChecksum
            hasGap = hasGap || found.offset - SpoolFrameHead.size > offset
            if isWhole {
                hasDamage = hasDamage || hasGap
                frames.append(found)
                wholeLength = stored.upperBound
            } else {
                hasGap = true
            }
            offset = stored.upperBound
        }
        self.head = head
        self.frames = frames
        self.wholeLength = wholeLength
        self.hasDamage = hasDamage
        self.bytes = bytes
    }

    /// The position behind the last whole frame.
    var end: Int64 { frames.last?.head.end ?? head.first }

    /// The newest frame that holds `position`.
    func frame(holding position: Int64) -> Frame? {
        frames.last { $0.head.position <= position && position < $0.head.end }
    }

    /// The bytes of the log in a frame; nil if they do not decompress.
    func content(of frame: Frame) -> [UInt8]? {
        let stored = bytes.span.bytes.extracting(frame.offset..<frame.offset + frame.head.storedLength)
        var isWhole = false
        let content = [UInt8](unsafeUninitializedCapacity: frame.head.length) { target, count in
            let got = stored.withUnsafeBytes { source in
                ZSTD_decompress(target.baseAddress, target.count, source.baseAddress, source.count)
            }
            isWhole = ZSTD_isError(got) == 0 && got == frame.head.length
            count = isWhole ? got : 0
        }
        return isWhole ? content : nil
    }

    /// The next frame of the log whose head is whole and whose stored bytes lie inside.
    private static func nextFrame(_ bytes: borrowing RawSpan, from start: Int, key: FileKey) -> Frame? {
        var offset = start
        while offset + SpoolFrameHead.size <= bytes.byteCount {
            if let head = SpoolFrameHead.decode(bytes, at: offset), head.key == key,
                offset + SpoolFrameHead.size + head.storedLength <= bytes.byteCount
            {
                return Frame(head: head, offset: offset + SpoolFrameHead.size)
            }
            guard let next = find(SpoolFrameHead.magic, in: bytes, from: offset + 1) else { return nil }
            offset = next
        }
        return nil
    }

    /// Where `pattern` begins next; only looked for behind damage.
    private static func find(_ pattern: [UInt8], in bytes: borrowing RawSpan, from start: Int) -> Int? {
        (start..<max(start, bytes.byteCount)).first { bytes.starts(with: pattern, at: $0) }
    }
}
