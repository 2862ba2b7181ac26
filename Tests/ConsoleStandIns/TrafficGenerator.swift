internal import Foundation
internal import Store
internal import WebConsole

/// Arithmetic behind `GeneratedFigures`.
struct TrafficGenerator {
    let situation: GeneratedFigures.Situation
    let now: Date

    /// Share of the deliveries, how often it fails for now and for good, and its mean seconds.
    static let domains: [(name: String, share: Double, transient: Double, bounced: Double, seconds: Double)] = [
        ("gmail.example", 0.31, 0.012, 0.006, 1.4), ("outlook.example", 0.22, 0.035, 0.009, 3.2),
        ("yahoo.example", 0.13, 0.110, 0.014, 9.8), ("example.com", 0.09, 0.004, 0.002, 0.6),
        ("example.net", 0.06, 0.006, 0.031, 0.9), ("example.org", 0.05, 0.003, 0.004, 0.7),
        ("mail.example.de", 0.035, 0.017, 0.008, 2.1), ("xn--mhle-0ra.example", 0.02, 0.009, 0.012, 1.1),
        ("slow.example", 0.015, 0.62, 0.05, 2400), ("bulk.example.co.jp", 0.01, 0.02, 0.07, 5.5),
        ("other", 0.07, 0.03, 0.041, 6.2),
    ]
    private static let bindings = [
        ("marketing", "pool-a", 0.5), ("marketing", "pool-b", 0.2), ("transactional", "smtp", 0.3),
    ]

    static func starts(of period: Period, seconds: Int) -> [Date] {
        let width = Double(seconds)
        var start = (period.from.timeIntervalSince1970 / width).rounded(.down) * width
        var found: [Date] = []
        while start < period.to.timeIntervalSince1970 {
            found.append(Date(timeIntervalSince1970: start))
            start += width
        }
        return found
    }

    // MARK: Totals

    func total(of query: TrafficQuery) -> TrafficMeasures {
        var share = 1.0
        if let node = query.node { share *= situation.nodes.contains(node) ? 1 / Double(situation.nodes.count) : 0 }
        if let group = query.bindingGroup { share *= Self.bindings.filter { $0.0 == group }.map(\.2).reduce(0, +) }
        if let binding = query.binding { share *= Self.bindings.filter { $0.1 == binding }.map(\.2).reduce(0, +) }
        let isUnfiltered = query.domain == nil && query.binding == nil && query.bindingGroup == nil
        let domains = Self.domains.enumerated().filter { query.domain == nil || query.domain == $0.element.name }
        var sum = TrafficMeasures()
        forEachStretch(of: query.period) { minute, deliveries in
            let part = deliveries * share
            for (index, domain) in domains {
                sum += measures(of: domain, deliveries: part * domain.share, minute, seed: UInt64(index) * 16)
            }
            guard isUnfiltered else { return }
            sum.receptions += count(part * 0.97, minute, 201)
            sum.rejections5xx += count(part * 0.06, minute, 202)
            sum.rejections4xx += count(part * 0.025, minute, 203)
            sum.discards += count(part * 0.004, minute, 204)
        }
        sum.bytesIn = sum.receptions * 43_000
        let isNow = query.period.to > now && query.period.from <= now
        if share > 0, query.domain == nil, isNow { sum.deliveries += situation.extraDeliveries }
        return sum
    }

    private func measures(
        of domain: (name: String, share: Double, transient: Double, bounced: Double, seconds: Double),
        deliveries: Double,
        _ minute: Double,
        seed: UInt64
    ) -> TrafficMeasures {
        var measures = TrafficMeasures()
        measures.deliveries = count(deliveries, minute, seed + 10)
        measures.transientFailures = count(
            deliveries * domain.transient / (1 - domain.transient),
            minute,
            seed + 11
        )
        measures.permanentFailures = count(deliveries * domain.bounced, minute, seed + 12)
        measures.outOfBandBounces = count(deliveries * domain.bounced * 0.1, minute, seed + 13)
        measures.bytesOut = measures.deliveries * 41_000
        measures.deliveryTimeCount = measures.deliveries
        measures.deliveryTimeSum = Int64(Double(measures.deliveries) * domain.seconds * 1000)
        measures.deliveryTimeMax = measures.deliveries > 0 ? Int64(domain.seconds * 14_000) : 0
        return measures
    }

    /// A whole number whose mean over minutes is `value`.
    private func count(_ value: Double, _ minute: Double, _ seed: UInt64) -> Int64 {
        Int64((value + noise(minute / 60, seed: seed)).rounded(.down))
    }

    /// The deliveries of each minute up to now; of ten minutes at a time over long periods, for it is only to look at.
    private func forEachStretch(of period: Period, _ body: (_ minute: Double, _ deliveries: Double) -> Void) {
        let end = min(period.to, now).timeIntervalSince1970
        var minute = (period.from.timeIntervalSince1970 / 60).rounded(.down) * 60
        let length = period.to.timeIntervalSince(period.from)
        let stride = length > 100_000 ? 3600.0 : length > 4000 ? 600.0 : 60.0
        while minute < end {
            body(minute, rate(minute) * min(stride, end - minute) / 60 * situation.volume)
            minute += stride
        }
    }

    /// Deliveries a minute.
    private func rate(_ minute: Double) -> Double {
        let day = minute / 86_400
        let shape = 1 - 0.62 * cos(2 * .pi * (day - day.rounded(.down) - 0.12))
        let weekday = (day.rounded(.down) + 4).truncatingRemainder(dividingBy: 7)
        let isWeekend = weekday == 0 || weekday == 6
        let burst = noise(minute / 3600, seed: 5) > 0.93 ? 1.8 : 1.0
        return 210 * shape * (isWeekend ? 0.45 : 1) * burst * (0.8 + 0.4 * noise(minute, seed: 1))
    }

    /// 0…1, the same for the same input.
    private func noise(_ value: Double, seed: UInt64) -> Double {
        var mixed = UInt64(bitPattern: Int64(value.rounded(.down))) &+ seed &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) % 10_000) / 10_000
    }

    // MARK: Rows

    func rows(of total: TrafficMeasures, _ query: TrafficQuery, by grouping: TrafficGrouping) -> [TrafficRow] {
        guard total.deliveries > 0 else { return [] }
        switch grouping {
        case .node:
            return situation.nodes.filter { query.node == nil || $0 == query.node }.map { node in
                var row = TrafficRow(measures: part(of: query) { $0.node = node })
                row.node = node
                return row
            }
        case .domain:
            return domainRows(query) + untold(total, query)
        case .binding:
            return Self.bindings.map { binding in
                var row = TrafficRow(measures: part(of: query) { $0.binding = binding.1 })
                (row.bindingGroup, row.binding) = (binding.0, binding.1)
                return row
            }
        case .both:
            return Self.bindings.flatMap { binding in
                var narrowed = query
                narrowed.binding = binding.1
                return domainRows(narrowed).map { row in
                    var row = row
                    (row.bindingGroup, row.binding) = (binding.0, binding.1)
                    return row
                }
            }
        case .minute:
            return Self.starts(of: query.period, seconds: 60).map { start in
                var row = TrafficRow(
                    measures: part(of: query) { $0.period = Period(from: start, to: start.addingTimeInterval(60)) }
                )
                row.minute = start
                return row
            }
        }
    }

    private func domainRows(_ query: TrafficQuery) -> [TrafficRow] {
        let names = Self.domains.map(\.name).filter { query.domain == nil || query.domain == $0 }
        return names.map { name in
            var row = TrafficRow(measures: part(of: query) { $0.domain = name })
            row.domain = name
            return row
        }
            + situation.extraDomains.map { name in
                var row = TrafficRow(measures: TrafficMeasures())
                row.domain = name
                row.measures.deliveries = 1
                return row
            }
    }

    /// Receptions, whose domain Postfix does not tell.
    private func untold(_ total: TrafficMeasures, _ query: TrafficQuery) -> [TrafficRow] {
        guard total.receptions > 0 else { return [] }
        var row = TrafficRow(measures: TrafficMeasures())
        row.domain = ""
        row.measures.receptions = total.receptions
        row.measures.rejections5xx = total.rejections5xx
        row.measures.rejections4xx = total.rejections4xx
        return [row]
    }

    private func part(of query: TrafficQuery, _ narrow: (inout TrafficQuery) -> Void) -> TrafficMeasures {
        var narrowed = query
        narrow(&narrowed)
        return total(of: narrowed)
    }

    // MARK: Nodes

    func completeness(of node: String?) -> [NodeCompleteness] {
        situation.nodes.filter { node == nil || $0 == node }.map { name in
            let seconds = situation.behind[name] ?? 0.4
            return NodeCompleteness(node: name, completeUntil: now.addingTimeInterval(-seconds))
        }
    }

    func queues(at time: Date, node: String?) -> QueueSizes {
        guard situation.measuresQueues, !situation.nodes.isEmpty, time <= now else { return QueueSizes() }
        let share = node == nil ? 1.0 : 1 / Double(situation.nodes.count)
        let minute = (time.timeIntervalSince1970 / 10).rounded(.down)
        let level = rate(time.timeIntervalSince1970) * situation.volume * share
        return QueueSizes(
            active: Int64(level * (0.4 + 0.3 * noise(minute, seed: 2))),
            delayed: Int64(level * (2.2 + 0.5 * noise(minute / 30, seed: 3))),
            connectionsIn: Int64(level * (0.2 + 0.1 * noise(minute, seed: 4))),
            connectionsOut: Int64(level * (0.3 + 0.2 * noise(minute, seed: 5)))
        )
    }

    func status(over period: Period) -> [NodeStatus] {
        situation.nodes.enumerated().map { index, name in
            let behind = situation.behind[name] ?? 0.4
            let isOnline = behind < 30
            var source = SourceStatus(name: index == 2 ? "journald" : "/var/log/mail.log", format: "postfix")
            source.isSample = situation.hasSampleData
            source.completeUntil = now.addingTimeInterval(-behind)
            source.newestLineAt = now.addingTimeInterval(-behind - 0.8)
            source.lastReportAt = now.addingTimeInterval(-behind)
            source.lagBytes = isOnline ? 0 : Int64(behind) * 12_400
            source.lines = 1_284_330 + Int64(now.timeIntervalSince1970) % 100_000 * 7
            source.events = source.lines * 6 / 10
            source.quarantined = index == 1 ? 17 : 0
            source.lastError = isOnline ? nil : situation.sourceError
            source.lastErrorAt = source.lastError == nil ? nil : now.addingTimeInterval(-behind + 20)
            let query = TrafficQuery(period: period, node: name)
            return NodeStatus(
                node: name,
                isOnline: isOnline,
                queue: index == 2 ? QueueSizes() : queues(at: now, node: name),
                measures: total(of: query),
                sources: [source]
            )
        }
    }
}
