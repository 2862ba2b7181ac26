// What libFuzzer calls, again and again, with inputs that reach new paths: built by Scripts/fuzz together with the sources of
// MailEvents as one module, not by the package.
internal import Glibc

/// The format that is looked at: the environment names it, since libFuzzer has the arguments.
private let format = getenv("FUZZ_FORMAT").flatMap { LogFormat(rawValue: String(cString: $0)) } ?? .postfix
private let context = LogFormat.Context(fileModifiedAt: 1_775_000_000_000_000, zone: .utc)
private let rules = OneThread(
    classifier: (try? BundledRules.ruleSet()).map { BounceClassifier(rules: $0, hash: KeyedHash(key0: 1, key1: 2)) }
)

/// `@unchecked Sendable`: libFuzzer calls from one thread.
private struct OneThread: @unchecked Sendable {
    let classifier: BounceClassifier?
}

/// Reads an input as a file, whole and in two parts, and looks at all that comes out. Ends the process where something is wrong.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let whole = read(bytes, cut: size)
    let parted = read(bytes, cut: size / 2)
    check(whole)
    precondition(whole.events.count == parted.events.count, "read in two parts it tells something else")
    precondition(whole.unread.count == parted.unread.count, "read in two parts other lines are unread")
    precondition(whole.parserState == parted.parserState, "read in two parts it ends in another state")
    return 0
}

private func read(_ bytes: UnsafeRawBufferPointer, cut: Int) -> EventBatch {
    let fingerprint = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
    var batch = EventBatch(fileID: 0, from: 0, fingerprint: fingerprint)
    var reader = format.reader(context: context)
    let first = reader.read(UnsafeRawBufferPointer(rebasing: bytes[..<cut]), at: 0, into: &batch)
    // The second part goes on from the state that would have been stored.
    if cut < bytes.count, first > 0 { reader = format.reader(context: context, state: batch.parserState) }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[first...])
    reader.read(rest, at: Int64(first), endsFile: true, into: &batch)
    return batch
}

private func check(_ batch: EventBatch) {
    batch.bytes.withUnsafeBytes { bytes in
        for event in batch.events {
            var event = event
            event.replaceFields { field in
                precondition(Int(field.offset) + Int(field.length) <= bytes.count, "a field leads outside")
                field.withPlainBytes(in: bytes) { precondition($0.count <= Int(field.length), "a field grows") }
                return field
            }
            _ = rules.classifier?.judge(event, in: bytes)
        }
    }
    for line in batch.unread {
        precondition(Int(line.text.offset) + Int(line.text.length) <= batch.bytes.count, "a line leads outside")
    }
    var joined = batch
    joined.joinEnvelopes()
    precondition(joined.countedEvents == batch.countedEvents, "joining envelopes loses an event")
    precondition(batch.parserState.count <= 65_536, "the state grows")
}
