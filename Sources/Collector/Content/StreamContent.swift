import SystemPackage

/// A log in a compressed file. It is decompressed as a stream, forward; a short way back is served from what was
/// decompressed last, a longer one begins the stream again.
final class StreamContent: LogContent {
    private static let inputSize = 256 << 10
    private static let outputSize = 512 << 10
    /// Decompressed bytes that are kept behind the newest: as many as a reader goes back for the rest of a line.
    private static let kept = 1 << 20

    private let file: OpenFile
    private let trailer: Int?
    private let makeDecompressor: () throws -> any Decompressor

    private var decompressor: (any Decompressor)?
    private var input: [UInt8] = []
    private var inputStart = 0
    private var inputPosition: Int64 = 0
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0
    private var isAtEnd = false

    /// - Parameter trailer: bytes at the file's end that give the decompressed length, if the format has such.
    init(_ file: OpenFile, trailer: Int? = nil, makeDecompressor: @escaping () throws -> any Decompressor) {
        self.file = file
        self.trailer = trailer
        self.makeDecompressor = makeDecompressor
    }

    private var windowEnd: Int64 { windowStart + Int64(window.count) }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if position < windowStart || decompressor == nil { try restart() }
        while position >= windowEnd, !isAtEnd { try advance() }
        guard position < windowEnd else { return 0 }
        let offset = Int(position - windowStart)
        let count = min(buffer.count, window.count - offset)
        window.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
        }
        return count
    }

    func consumed(before position: Int64) -> Int64 { inputPosition - Int64(input.count - inputStart) }

    func ends(at position: Int64) throws -> Bool? {
        if isAtEnd { return position == windowEnd }
        guard let trailer else { return nil }
        // RFC 1952: the last four bytes are the length modulo 2^32, of the last member: equality says enough, as the
        // log's first bytes have been compared before; inequality may come from a second member.
        let size = try file.facts().size
        let bytes = try file.readFully(at: max(0, size - Int64(trailer)), count: trailer)
        let length = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return length == UInt32(truncatingIfNeeded: position) ? true : nil
    }

    private func restart() throws {
        decompressor = try makeDecompressor()
        input.removeAll(keepingCapacity: true)
        inputStart = 0
        inputPosition = 0
        window.removeAll(keepingCapacity: true)
        windowStart = 0
        isAtEnd = false
    }

    /// Decompresses some more into the window, and drops what is far behind.
    private func advance() throws {
        guard let decompressor else { return }
        if window.count > StreamContent.kept + StreamContent.outputSize {
            let dropped = window.count - StreamContent.kept
            window.removeFirst(dropped)
            windowStart += Int64(dropped)
        }
        if inputStart == input.count { try refill() }
        let isInputOver = input.isEmpty
        var step = DecompressionStep(consumed: 0, produced: 0, isComplete: false)
        do {
            try window.append(addingCapacity: StreamContent.outputSize) { output in
                try output.withUnsafeMutableBufferPointer { target, count in
                    step = try input.withUnsafeBytes { bytes in
                        let source = UnsafeRawBufferPointer(rebasing: bytes[inputStart...])
                        return try decompressor.decompress(source, into: UnsafeMutableRawBufferPointer(target))
                    }
                    count = step.produced
                }
            }
        } catch let failure as DecompressionFailure {
            throw CollectorError.damagedCompression(
                path: file.path.string,
                position: windowEnd,
                reason: failure.reason
            )
        }
        inputStart += step.consumed
        guard isInputOver, step.produced == 0 else { return }
        guard step.isComplete else {
            throw CollectorError.incompleteCompression(path: file.path.string, position: windowEnd)
        }
        isAtEnd = true
    }

    private func refill() throws {
        input = try file.readFully(at: inputPosition, count: StreamContent.inputSize)
        inputPosition += Int64(input.count)
        inputStart = 0
    }
}
