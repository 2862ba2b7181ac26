import MailEvents

/// How many events of each kind a log tells.
struct Counts {
    private var kinds: [EventKind: Int] = [:]
    /// Deliveries by domain.
    private(set) var deliveries: [String: Int] = [:]
    private(set) var unread = 0
    private(set) var batch = EventBatch.empty

    init(reading text: [UInt8], _ format: LogFormat = .postfix) {
        let context = LogFormat.Context(fileModifiedAt: 1_775_000_000_000_000, zone: .utc)
        self.init(reading: text, format.reader(context: context))
    }

    init(reading text: [UInt8], _ fixture: Fixture) {
        self.init(reading: text, fixture.reader())
    }

    private init(reading text: [UInt8], _ reader: LogFormat.AnyReader) {
        var reader = reader
        _ = text.withUnsafeBytes { reader.read($0, at: 0, endsFile: true, into: &batch) }
        for event in batch.events {
            kinds[event.kind, default: 0] += 1
            if event.kind == .delivery { deliveries[batch.text(event.recipientDomain, form: .domain), default: 0] += 1 }
        }
        unread = batch.unread.count
    }

    func number(_ kind: EventKind) -> Int { kinds[kind] ?? 0 }
}
