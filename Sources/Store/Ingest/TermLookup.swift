/// The numbers of one batch's texts, as far as they are known.
struct TermLookup {
    /// The numbers of one event's texts. Negative: the place, from -1 down, in the kind's pending texts.
    struct Numbers {
        var domain: Int32
        var senderDomain: Int32
        var binding: Int32
        var host: Int32
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

    /// - Parameter count: how many events there will be.
    init(count: Int) {
        numbers.reserveCapacity(count)
    }

    /// Whether every number is known.
    var isComplete: Bool { domains.texts.isEmpty && bindings.texts.isEmpty && hosts.texts.isEmpty }

    /// Puts what the database gave into `numbers`.
    mutating func resolve() {
        for index in numbers.indices { numbers[index] = resolved(numbers[index]) }
        (domains, bindings, hosts) = (Pending(), Pending(), Pending())
    }

    @inline(__always)
    private func resolved(_ numbers: Numbers) -> Numbers {
        var found = numbers
        if found.domain < 0 { found.domain = domains.ids[Int(-found.domain - 1)] }
        if found.senderDomain < 0 { found.senderDomain = domains.ids[Int(-found.senderDomain - 1)] }
        if found.binding < 0 { found.binding = bindings.ids[Int(-found.binding - 1)] }
        if found.host < 0 { found.host = hosts.ids[Int(-found.host - 1)] }
        return found
    }
}
