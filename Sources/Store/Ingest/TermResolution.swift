internal import MailEvents

/// Finds the numbers of texts: those that the cache has at once, the others after the database was asked for them.
struct TermResolution {
    private let hash: KeyedHash
    private let classifier: BounceClassifier
    private var domains = TermCache()
    private var bindings = TermCache(slots: 1 << 15)
    private var hosts = TermCache(slots: 1 << 17)
    private var reasons = TermCache(slots: 1 << 15)

    /// - Parameters:
    ///   - hash: keyed at random for this process.
    ///   - rules: of the classes of failures.
    init(hash: KeyedHash, rules: RuleSet) {
        self.hash = hash
        classifier = BounceClassifier(rules: rules, hash: hash)
    }

    /// Classifies the failures of a batch and looks up all its texts. `pending` of what it gives tells what the database
    /// has to be asked.
    mutating func look(up events: [MailEvent], in bytes: UnsafeRawBufferPointer) -> TermLookup {
        var found = TermLookup(count: events.count)
        for event in events {
            let judgement = classifier.judge(event, in: bytes)
            found.numbers.append(
                TermLookup.Numbers(
                    domain: Self.number(event.recipientDomain, .domain, bytes, hash, &domains, &found.domains),
                    senderDomain: Self.number(event.senderDomain, .domain, bytes, hash, &domains, &found.domains),
                    binding: binding(of: event, in: bytes, &found.bindings),
                    host: Self.number(event.remoteHost, .domain, bytes, hash, &hosts, &found.hosts),
                    reason: reason(judgement, &found.reasons),
                    bounceClass: event.bounceClass >= 0
                        ? event.bounceClass : judgement?.verdict.bounceClass.rawValue ?? Int16(MailEvent.untold)
                )
            )
        }
        return found
    }

    /// Takes the numbers that the database gave for what was pending, in the same order: into the look-up, and for the
    /// next ones.
    mutating func settle(_ lookup: inout TermLookup, _ ids: (TermKind) throws -> [Int32]) rethrows {
        Self.settle(try ids(.domain), &lookup.domains, &domains)
        Self.settle(try ids(.binding), &lookup.bindings, &bindings)
        Self.settle(try ids(.host), &lookup.hosts, &hosts)
        Self.settle(try ids(.reason), &lookup.reasons, &reasons)
        lookup.resolve()
    }

    /// Forgets everything: after a restored database the numbers may mean other texts.
    mutating func forget() {
        domains.removeAll()
        bindings.removeAll()
        hosts.removeAll()
        reasons.removeAll()
    }

    // MARK: - One text

    private static func number(
        _ field: Field,
        _ form: FieldForm,
        _ bytes: UnsafeRawBufferPointer,
        _ hash: KeyedHash,
        _ cache: inout TermCache,
        _ pending: inout TermLookup.Pending
    ) -> Int32 {
        guard !field.isEmpty else { return TermKind.untold }
        return field.withPlainBytes(in: bytes, form: form) { plain in
            guard !plain.isEmpty else { return TermKind.untold }
            guard plain.count <= TermKind.maximumLength else { return TermKind.other }
            let key = hash.hash(plain)
            if let id = cache.find(key) { return id }
            return place(key, &pending) { StoredText.string(plain) }
        }
    }

    private mutating func reason(_ judgement: Judgement?, _ pending: inout TermLookup.Pending) -> Int32 {
        guard let judgement, !judgement.reason.isEmpty else { return TermKind.untold }
        if let id = reasons.find(judgement.reasonHash) { return id }
        return Self.place(judgement.reasonHash, &pending) { judgement.reason }
    }

    /// Group, tab, binding: one text for both.
    private mutating func binding(
        of event: MailEvent,
        in bytes: UnsafeRawBufferPointer,
        _ pending: inout TermLookup.Pending
    ) -> Int32 {
        guard !(event.binding.isEmpty && event.bindingGroup.isEmpty) else { return TermKind.untold }
        let room = Int(event.binding.length) + Int(event.bindingGroup.length) + 1
        guard room <= TermKind.maximumLength else { return TermKind.other }
        return withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { buffer in
            var count = event.bindingGroup.write(to: buffer, from: bytes)
            buffer[count] = UInt8(ascii: "\t")
            count += 1
            count += event.binding.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]), from: bytes)
            let plain = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let key = hash.hash(plain)
            if let id = bindings.find(key) { return id }
            return Self.place(key, &pending) { StoredText.string(plain) }
        }
    }

    private static func place(_ key: UInt64, _ pending: inout TermLookup.Pending, _ text: () -> String) -> Int32 {
        if let place = pending.places[key] { return -place - 1 }
        let place = Int32(pending.texts.count)
        pending.places[key] = place
        pending.hashes.append(key)
        pending.texts.append(text())
        return -place - 1
    }

    private static func settle(_ ids: [Int32], _ pending: inout TermLookup.Pending, _ cache: inout TermCache) {
        pending.ids = ids
        for (hash, id) in zip(pending.hashes, ids) where id > TermKind.other { cache.insert(hash, id) }
    }
}
