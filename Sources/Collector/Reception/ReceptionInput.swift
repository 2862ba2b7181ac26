import MailEvents
import SystemPackage

/// Reads what was received, from where the database says: from memory as long as it is young, from the spool else.
actor ReceptionInput: SourceInput {
    private let executor = QueueExecutor(label: "mailmill.received")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let spool: ReceptionSpool
    private let time: TimeSource
    private let status: SourceStatus
    private let buffer = ReadingBuffer(count: 1 << 20)

    private var files: [KnownFile]?
    /// Where the reading stands; nil before the spool is open and the database has answered.
    private var place: Place?
    private var underway: BatchUnderway?
    private var buffers = BatchBuffers()

    /// What is read, and how far.
    private struct Place {
        let key: FileKey
        let content: SpoolContent
        var file: KnownFile?
        var isRegistering = false
        /// How far it is read.
        var position: Int64
        /// How far it is in closed batches: where the next one begins.
        var batched: Int64
        var reader: LogFormat.AnyReader
    }

    init(spool: ReceptionSpool, time: TimeSource, status: SourceStatus) {
        self.spool = spool
        self.time = time
        self.status = status
    }

    private var settings: ReceptionSettings { spool.settings }

    func attach(_ opening: SourceOpening) async {
        underway = nil
        place = nil
        files = opening.files
    }

    func step() async -> InputStep {
        let seenAt = time.wall()
        guard place != nil || begin() else { return idle(readUpTo: nil) }
        if let underway, underway.isDue(settings.limits, now: time.elapsed()) { return close(underway) }
        let end = spool.end
        guard let place, place.position < end else { return idle(readUpTo: underway == nil ? seenAt : nil) }
        guard let file = place.file else {
            if place.isRegistering { return idle(readUpTo: nil) }
            self.place?.isRegistering = true
            return .register(place.key, name: status.state.name, Self.fingerprint(of: place.key))
        }
        do {
            try take(of: file, upTo: end)
            status.set(nil, of: .log)
        } catch {
            status.set("\(error)", of: .log)
            return .idle(wait: .seconds(1), readUpTo: nil)
        }
        if let underway, underway.isDue(settings.limits, now: time.elapsed()) { return close(underway) }
        return .idle(wait: .zero, readUpTo: nil)
    }

    func flush() async -> EventBatch? {
        guard case .batch(let batch) = underway.map({ close($0) }) else { return nil }
        return batch
    }

    func registered(_ key: FileKey, as file: KnownFile) async {
        guard place?.key == key else { return }
        place?.file = file
        place?.isRegistering = false
    }

    func committed(_ batch: consuming EventBatch) async {
        place?.file?.position = batch.to
        spool.noteCounted(batch.to)
        buffers.give(back: batch)
    }

    /// What comes is safe in the spool before it is acknowledged, whatever the database does.
    func setWriterAway(_ isAway: Bool) async {}

    func maintain() async {
        var retiredAt = time.elapsed()
        while !Task.isCancelled {
            if spool.opened == nil {
                // It says itself what is wrong.
                try? await spool.open()
            }
            if time.elapsed() - retiredAt > settings.spool.retention {
                retiredAt = time.elapsed()
                await spool.retire()
            }
            status.set(spool.trouble(of: .spool), of: .spool)
            status.set(spool.trouble(of: .listener), of: .listener)
            status.set(spool.trouble(of: .loss), of: .loss)
            // A cancelled sleep ends the loop by its condition.
            try? await time.sleep(.milliseconds(200))
        }
    }

    func close() async {
        await spool.close()
    }
}

extension ReceptionInput {
    /// Finds the spool among the files that the database knows.
    private func begin() -> Bool {
        guard let files, let opened = spool.opened else { return false }
        let fingerprint = Self.fingerprint(of: opened.key)
        let content = SpoolContent(folder: settings.spool.folder, key: opened.key)
        var file = files.first { $0.fingerprint.headHash == fingerprint.headHash }
        let start: Int64
        do {
            start = try content.start()
        } catch {
            status.set("\(error)", of: .log)
            return false
        }
        var position = file?.position ?? start
        if position > opened.end, position > spool.end {
            // The disk has lost what it said to hold, and all of that was counted: what comes after it is another log.
            file = nil
            position = opened.end
        }
        let context = LogFormat.Context(fileModifiedAt: time.wall(), zone: settings.zone)
        let reader = settings.format.reader(context: context, state: file?.parserState ?? [])
        place = Place(
            key: opened.key,
            content: content,
            file: file,
            position: position,
            batched: file?.position ?? 0,
            reader: reader
        )
        spool.noteCounted(file?.position)
        return true
    }

    /// The spool's key is hashed in place of a log's first bytes.
    private static func fingerprint(of key: FileKey) -> FileFingerprint {
        FileFingerprint(
            headLength: Int32(key.bytes.count),
            headHash: ReadingPlace.hash(key.bytes),
            tailLength: 0,
            tailHash: ReadingPlace.hash([])
        )
    }

    /// Reads what is there into the batch.
    private func take(of file: KnownFile, upTo end: Int64) throws {
        guard var place else { return }
        let size = underway?.chunk(settings.limits, within: buffer.bytes.count) ?? buffer.bytes.count
        let wanted = Int(min(Int64(size), end - place.position))
        let got = try fill(UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<wanted]), from: place)
        var current =
            underway
            ?? BatchUnderway(
                key: place.key,
                batch: buffers.batch(of: file.fileID, from: place.batched, fingerprint: file.fingerprint),
                begunAt: time.elapsed()
            )
        underway = nil
        place.reader.newestPossible = time.wall() + 86_400_000_000
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<got])
        let taken = place.reader.read(bytes, at: place.position, into: &current.batch)
        place.position += Int64(taken)
        if taken == 0, got < wanted { try passOver(&place, from: place.position + Int64(got), upTo: end) }
        current.batch.to = place.position
        current.batch.parserState = place.reader.state
        self.place = place
        if current.batch.to > current.batch.from { underway = current }
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from place: Place) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let position = place.position + Int64(filled)
            let count = try spool.read(at: position, into: rest) ?? place.content.read(at: position, into: rest)
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// A frame of the spool is damaged: reading goes on behind it, and it is said.
    private func passOver(_ place: inout Place, from damage: Int64, upTo end: Int64) throws {
        let next = min(try place.content.next(after: damage) ?? end, end)
        let lost = CollectorError.bytesLost(name: settings.spool.folder.path.string, from: place.position, to: next)
        spool.note("\(lost)", of: .loss)
        place.position = next
    }

    private func close(_ underway: BatchUnderway) -> InputStep {
        self.underway = nil
        place?.batched = underway.batch.to
        return .batch(underway.batch)
    }

    private func idle(readUpTo: Int64?) -> InputStep {
        status.update { state in
            state.spoolBytes = spool.bytes
            state.lagBytes = max(0, spool.end - (place?.file?.position ?? spool.end))
        }
        let isListening = spool.trouble(of: .listener) == nil && spool.trouble(of: .spool) == nil
        return .idle(wait: .milliseconds(20), readUpTo: isListening ? readUpTo : nil)
    }
}
