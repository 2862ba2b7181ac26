import LogGenerator
import Foundation

/// Writes a log as a mail server does: appends without a buffer, sometimes half a line at a time, and opens its file
/// anew only when asked. Keeps a copy of all that it wrote, for the independent counter.
actor LogWriter {
    private let path: String
    /// Every line ever written, in a file that nothing rotates.
    nonisolated let copy: String
    private var descriptor: Int32
    private let copyDescriptor: Int32
    private var lines: InventedPostfix
    private var generator: SeededRandom
    private var isPaused = false
    private(set) var count = 0

    init(_ path: String, copy: String, seed: UInt64, lines: InventedPostfix) throws {
        self.path = path
        self.copy = copy
        self.lines = lines
        generator = SeededRandom(seed: seed ^ 0x5EED)
        descriptor = try Self.open(path)
        copyDescriptor = try Self.open(copy)
    }

    deinit {
        close(descriptor)
        close(copyDescriptor)
    }

    /// Appends so many lines at once.
    func write(_ number: Int) throws {
        for _ in 0..<number {
            let line = Array((lines.line() + "\n").utf8)
            try Self.append(line[...], to: copyDescriptor)
            if Int.random(in: 0..<20, using: &generator) == 0 {
                let half = Int.random(in: 1..<line.count, using: &generator)
                try Self.append(line[..<half], to: descriptor)
                sched_yield()
                try Self.append(line[half...], to: descriptor)
            } else {
                try Self.append(line[...], to: descriptor)
            }
            count += 1
        }
    }

    /// Writes at a steady pace until cancelled, or until the number is written.
    ///
    /// - Parameter rate: lines a second.
    func write(_ number: Int, rate: Int) async throws {
        let burst = max(1, rate / 50)
        var left = number
        while left > 0, !Task.isCancelled {
            let now = isPaused ? 0 : min(burst, left)
            try write(now)
            left -= now
            // Cancelled: the loop's condition ends it.
            try? await Task.sleep(for: .milliseconds(max(5, 1000 * now / rate)))
        }
    }

    /// Holds `write(_:rate:)` up, or lets it go on.
    func pause(_ isPaused: Bool) {
        self.isPaused = isPaused
    }

    /// Goes on in the file that is at the path now, as after a mail server's HUP.
    func reopen() throws {
        close(descriptor)
        descriptor = try Self.open(path)
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw TestTrouble("open \(path): \(String(cString: strerror(errno)))") }
        return descriptor
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws {
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw TestTrouble("a log could not be written") }
    }
}
