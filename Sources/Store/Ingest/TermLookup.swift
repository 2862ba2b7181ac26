/// The numbers of one batch's texts, as far as they are known.
struct TermLookup {
    /// The numbers of one event's texts. Negative: the place, from -1 down, in the kind's pending texts.
    struct Numbers {
        var domain: Int32
        var senderDomain: Int32
        var binding: Int32
        var host: Int32
        /// The canonical reason of a failure.
        var reason: Int32
        /// Why it failed: the log's own word, else that of the rules; negative: it did not fail.
        var bounceClass: Int16
    }

    /// Texts of one kind that the cache lacks.
    struct Pending {
        var texts: [String] = []
        var hashes: [UInt64] = []
        var places: [UInt64: Int32] = [:]
        /// What the database gave for `texts`.
        var ids: [Int32] = []
    }

    var numbers: [Numbers] = []
    var domains = Pending()
    var bindings = Pending()
    var hosts = Pending()
    var reasons = Pending()

    /// - Parameter count: how many events there will be.
    init(count: Int) {
        numbers.reserveCapacity(count)
    }

    /// Whether every number is known.
    var isComplete: Bool {
        domains.texts.isEmpty && bindings.texts.isEmpty && hosts.texts.isEmpty && reasons.texts.isEmpty
    }

    /// The texts of a kind that need a number.
    func pending(_ kind: TermKind) -> [String] {
        switch kind {
        case .domain: domains.texts
        case .binding: bindings.texts
        case .host: hosts.texts
        case .reason: reasons.texts
        }
    }

    /// Puts what the database gave into `numbers`.
    mutating func resolve() {
        for index in numbers.indices { numbers[index] = resolved(numbers[index]) }
        (domains, bindings, hosts, reasons) = (Pending(), Pending(), Pending(), Pending())
    }

    @inline(__always)
    private func resolved(_ numbers: Numbers) -> Numbers {
        var found = numbers
        if found.domain < 0 { found.domain = domains.ids[Int(-found.domain - 1)] }
        if found.senderDomain < 0 { found.senderDomain = domains.ids[Int(-found.senderDomain - 1)] }
        if found.binding < 0 { found.binding = bindings.ids[Int(-found.binding - 1)] }
        if found.host < 0 { found.host = hosts.ids[Int(-found.host - 1)] }
        if found.reason < 0 { found.reason = reasons.ids[Int(-found.reason - 1)] }
        return found
    }
}
