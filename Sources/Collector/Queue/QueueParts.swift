/// Counts what of a queue is of each domain and binding, bounded in memory whatever a queue holds.
struct QueueParts: Sendable, Equatable {
    private struct Key: Hashable {
        var group: String
        var binding: String
        var domain: String
    }

    private struct Sizes: Equatable {
        var active: Int64 = 0
        var delayed: Int64 = 0
    }

    /// Parts that are told apart while they are counted.
    private static let limit = 50_000
    /// The name of all others.
    static let other = "other"

    private var sizes: [Key: Sizes] = [:]

    mutating func add(_ part: QueuePart) {
        var key = Key(group: part.bindingGroup, binding: part.binding, domain: part.domain)
        if sizes.count >= Self.limit, sizes[key] == nil { key.domain = Self.other }
        sizes[key, default: Sizes()].active += part.active
        sizes[key, default: Sizes()].delayed += part.delayed
    }

    /// The largest, and the rest as one part `other` a binding.
    func largest(_ count: Int) -> [QueuePart] {
        let sorted = sizes.filter { $0.value.active + $0.value.delayed > 0 }.sorted {
            let (one, two) = ($0.value.active + $0.value.delayed, $1.value.active + $1.value.delayed)
            return one != two
                ? one > two
                : ($0.key.domain, $0.key.binding, $0.key.group) < ($1.key.domain, $1.key.binding, $1.key.group)
        }
        var parts = sorted.prefix(count).map { key, sizes in
            QueuePart(
                bindingGroup: key.group,
                binding: key.binding,
                domain: key.domain,
                active: sizes.active,
                delayed: sizes.delayed
            )
        }
        var rest = QueueParts()
        for (key, sizes) in sorted.dropFirst(count) {
            rest.add(
                QueuePart(
                    bindingGroup: key.group,
                    binding: key.binding,
                    domain: key.domain.isEmpty ? "" : Self.other,
                    active: sizes.active,
                    delayed: sizes.delayed
                )
            )
        }
        if !rest.sizes.isEmpty { parts += rest.largest(rest.sizes.count) }
        return parts
    }
}
