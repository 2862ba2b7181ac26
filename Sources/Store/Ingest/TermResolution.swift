internal import MailEvents

/// Finds the numbers of the texts in a batch: those that the cache has at once, the others after the database was
/// asked for `pending`.
struct TermResolution {
    /// The numbers of one event's texts. Negative: the place, from -1 down, in the kind's pending texts.
    struct Numbers {
        var domain: Int32
        var senderDomain: Int32
        var binding: Int32
        var host: Int32
    }

    /// Texts of one kind that the cache lacks.
    struct Pending {
        fileprivate(set) var texts: [String] = []
        fileprivate var hashes: [UInt64] = []
        fileprivate var places: [UInt64: Int32] = [:]
        /// Set by `settle`.
        fileprivate var ids: [Int32] = []
    }

    private let hash: KeyedHash
    private var domains = TermCache()
    private var bindings = TermCache(limit: 1 << 15)
    private var hosts = TermCache(limit: 1 << 17)
    private var pendingDomains = Pending()
    private var pendingBindings = Pending()
    private var pendingHosts = Pending()
    private var numbers: [Numbers] = []

    /// - Parameter hash: keyed at random for this process.
    init(hash: KeyedHash) {
        self.hash = hash
    }

    /// Looks up all texts of a batch. Afterwards `pending` tells what the database has to be asked.
    mutating func look(up events: [MailEvent], in bytes: UnsafeRawBufferPointer) {
        numbers.removeAll(keepingCapacity: true)
        for event in events {
            numbers.append(
                Numbers(
                    domain: Self.number(event.recipientDomain, .domain, bytes, hash, domains, &pendingDomains),
                    senderDomain: Self.number(event.senderDomain, .domain, bytes, hash, domains, &pendingDomains),
                    binding: binding(of: event, in: bytes),
                    host: Self.number(event.remoteHost, .domain, bytes, hash, hosts, &pendingHosts)
                )
            )
        }
    }

    /// The texts of a kind that need a number.
    func pending(_ kind: TermKind) -> [String] {
        switch kind {
        case .domain: pendingDomains.texts
        case .binding: pendingBindings.texts
        case .host: pendingHosts.texts
        }
    }

    /// Takes the numbers that the database gave for `pending(kind)`, in the same order.
    mutating func settle(_ kind: TermKind, _ ids: [Int32]) {
        switch kind {
        case .domain: Self.settle(ids, &pendingDomains, &domains)
        case .binding: Self.settle(ids, &pendingBindings, &bindings)
        case .host: Self.settle(ids, &pendingHosts, &hosts)
        }
    }

    /// Ends the look-up of a batch after everything was settled: the final numbers of each event. The caches stay.
    mutating func finish() -> [Numbers] {
        for index in numbers.indices { numbers[index] = resolved(numbers[index]) }
        forgetPending()
        return numbers
    }

    @inline(__always)
    private func resolved(_ numbers: Numbers) -> Numbers {
        var found = numbers
        if found.domain < 0 { found.domain = pendingDomains.ids[Int(-found.domain - 1)] }
        if found.senderDomain < 0 { found.senderDomain = pendingDomains.ids[Int(-found.senderDomain - 1)] }
        if found.binding < 0 { found.binding = pendingBindings.ids[Int(-found.binding - 1)] }
        if found.host < 0 { found.host = pendingHosts.ids[Int(-found.host - 1)] }
        return found
    }

    private mutating func forgetPending() {
        pendingDomains = Pending()
        pendingBindings = Pending()
        pendingHosts = Pending()
    }

    /// Forgets everything: after a restored database the numbers may mean other texts.
    mutating func forget() {
        forgetPending()
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
        _ pending: inout Pending
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
    private mutating func binding(of event: MailEvent, in bytes: UnsafeRawBufferPointer) -> Int32 {
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
            return Self.place(key, &pendingBindings) { StoredText.string(plain) }
        }
    }

    private static func place(_ key: UInt64, _ pending: inout Pending, _ text: () -> String) -> Int32 {
        if let place = pending.places[key] { return -place - 1 }
        let place = Int32(pending.texts.count)
        pending.places[key] = place
        pending.hashes.append(key)
        pending.texts.append(text())
        return -place - 1
    }

    private static func settle(_ ids: [Int32], _ pending: inout Pending, _ cache: inout TermCache) {
        pending.ids = ids
        for (hash, id) in zip(pending.hashes, ids) where id > TermKind.other { cache.insert(hash, id) }
    }
}
