package import Collector
package import MailEvents
import SystemPackage

/// Writes to a journal file as to a database.
package actor JournalWriter: BatchWriter {
    private let journal: JournalFile
    private var files: [Int64: KnownFile] = [:]
    private var length: Int64 = 0

    package init(_ journal: JournalFile) {
        self.journal = journal
    }

    /// While a file of this name exists, the database is away.
    private func meet() throws {
        let away = FilePath(journal.path.string + ".away")
        guard (try? away.stat()) != nil else { return }
        throw RecordingDatabase.Unavailable()
    }

    package func open(_ source: SourceDescription) async throws -> SourceOpening {
        try meet()
        let (records, end) = try journal.records()
        length = end
        files = [:]
        var openedAt: Int64?
        for record in records {
            switch record {
            case .opened(let time): openedAt = openedAt ?? time
            case .registered(let file), .committed(let file, _, _, _): files[file.id] = file.known
            }
        }
        if openedAt == nil { length = try journal.append(.opened(at: TimeSource.system.wall()), at: length) }
        return SourceOpening(
            files: Array(files.values.sorted { $0.fileID > $1.fileID }.prefix(source.filesTold ?? .max)),
            firstOpenedAt: openedAt ?? TimeSource.system.wall()
        )
    }

    package func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile {
        try meet()
        let file = KnownFile(
            fileID: Int64(files.count + 1),
            position: 0,
            cursor: "",
            parserState: [],
            fingerprint: fingerprint,
            name: name
        )
        length = try journal.append(.registered(JournalFile.StoredFile(file)), at: length)
        files[file.fileID] = file
        return file
    }

    package func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? {
        files.values.filter { headHashes.contains($0.fingerprint.headHash) }
            .max { ($0.fingerprint.headLength, $0.fileID) < ($1.fingerprint.headLength, $1.fileID) }
    }

    /// A journal keeps no marks.
    package func marks(of fileID: Int64) async throws -> [ContentMark] { [] }

    package func commit(_ batch: EventBatch) async throws -> CommitOutcome {
        try meet()
        guard var file = files[batch.fileID], file.position == batch.from else { return .conflict }
        file.position = batch.to
        file.parserState = batch.parserState
        file.fingerprint = batch.fingerprint
        let record = JournalFile.Record.committed(
            file: JournalFile.StoredFile(file),
            from: batch.from,
            messages: batch.events.map { batch.text($0.messageID) },
            unread: batch.unread.count
        )
        length = try journal.append(record, at: length)
        files[batch.fileID] = file
        return .committed
    }

    package func report(_ health: SourceHealth) async throws {}

    package func store(_ sample: QueueSample) async throws {}
}
