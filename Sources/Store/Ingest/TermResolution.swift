internal import MailEvents

/// Finds the numbers of texts: those that the cache has at once, the others after the database was asked for them.
struct TermResolution {
    private let hash: KeyedHash
    private var domains = TermCache()
    private var bindings = TermCache(limit: 1 << 15)
    private var hosts = TermCache(limit: 1 << 17)

    /// - Parameter hash: keyed at random for this process.
    init(hash: KeyedHash) {
        self.hash = hash
    }

    /// Looks up all texts of a batch. `pending` of what it gives tells what the database has to be asked.
    func look(up events: [MailEvent], in bytes: UnsafeRawBufferPointer) -> TermLookup {
        var found = TermLookup(count: events.count)
        for event in events {
            found.numbers.append(
                TermLookup.Numbers(
                    domain: Self.number(event.recipientDomain, .domain, bytes, hash, domains, &found.domains),
                    senderDomain: Self.number(event.senderDomain, .domain, bytes, hash, domains, &found.domains),
                    binding: binding(of: event, in: bytes, &found.bindings),
                    host: Self.number(event.remoteHost, .domain, bytes, hash, hosts, &found.hosts)
                )
            )
        }
        return found
    }

    /// Takes the numbers that the database gave for what was pending, in the same order: into the look-up, and for the
    /// next ones.
    mutating func settle(_ lookup: inout TermLookup, domains: [Int32], bindings: [Int32], hosts: [Int32]) {
        Self.settle(domains, &lookup.domains, &self.domains)
        Self.settle(bindings, &lookup.bindings, &self.bindings)
        Self.settle(hosts, &lookup.hosts, &self.hosts)
        lookup.resolve()
    }

    /// Forgets everything: after a restored database the numbers may mean other texts.
    mutating func forget() {
        domains.removeAll()
        bindings.removeAll()
        hosts.removeAll()
    }

    // MARK: - One text

    private static func number(
        _ field: Field,
        _ form: FieldForm,
        _ bytes: UnsafeRawBufferPointer,
        _ hash: KeyedHash,
        _ cache: borrowing TermCache,
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

    /// Group, tab, binding: one text for both.
    private func binding(
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
