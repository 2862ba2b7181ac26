internal import Foundation
internal import Store

/// The period chooser: links, the form of a custom period, steps to earlier and later.
struct PeriodView {
    let path: String
    let traffic: TrafficParameters
    let zone: TimeZone
    let now: Date
    /// Fields besides period and filters that links keep.
    var kept = FormFields()

    var content: [String: Any] {
        let period = traffic.chosen.period
        var content: [String: Any] = [
            "path": path,
            "periods": PeriodChoice.allCases.filter { $0 != .custom }.map(choice),
            "is_custom": traffic.chosen.choice == .custom,
            "period_words": traffic.chosen.choice.words,
            "from": TimeView.content(period.from, style: .minute, now: now, zone: zone),
            "to": TimeView.content(period.to, style: .minute, now: now, zone: zone),
            "from_field": TimeText.field(period.from, in: zone),
            "to_field": TimeText.field(min(period.to, now), in: zone),
            "filter_fields": linked.pairs.filter { !["period", "from", "to"].contains($0.name) }
                .map { ["name": $0.name, "value": $0.value] },
            "earlier": step(-1),
            "wider": widened(),
        ]
        if traffic.chosen.choice == .custom, period.to < now {
            content["later"] = step(1)
        }
        return content
    }

    /// What every link has.
    private var linked: FormFields {
        var fields = traffic.fields
        for pair in kept.pairs { fields.set(pair.name, to: pair.value) }
        return fields
    }

    private func choice(_ choice: PeriodChoice) -> [String: Any] {
        var fields = linked
        fields.set("period", to: choice == .hour ? nil : choice.rawValue)
        fields.set("from", to: nil)
        fields.set("to", to: nil)
        return [
            "label": choice.rawValue, "words": choice.words, "href": Self.link(path, fields),
            "is_current": choice == traffic.chosen.choice,
        ]
    }

    /// The same length, before or after.
    private func step(_ direction: Double) -> String {
        let period = traffic.chosen.period
        let length = period.to.timeIntervalSince(period.from)
        return custom(
            from: period.from.addingTimeInterval(direction * length),
            to: period.to.addingTimeInterval(direction * length)
        )
    }

    /// Three times the length around the same middle, not past now.
    private func widened() -> String {
        let period = traffic.chosen.period
        let length = period.to.timeIntervalSince(period.from)
        let end = min(period.to.addingTimeInterval(length), max(period.to, now))
        return custom(from: end.addingTimeInterval(-3 * length), to: end)
    }

    private func custom(from: Date, to: Date) -> String {
        var fields = linked
        fields.set("period", to: PeriodChoice.custom.rawValue)
        fields.set("from", to: TimeParameter.format(from))
        fields.set("to", to: TimeParameter.format(to))
        return Self.link(path, fields)
    }

    static func link(_ path: String, _ fields: FormFields) -> String {
        fields.pairs.isEmpty ? path : "\(path)?\(fields.encoded)"
    }
}

/// The filters: what is chosen, what can be chosen, and links that take one away.
struct FilterView {
    let traffic: TrafficParameters
    let choices: FilterChoices

    var content: [String: Any] {
        let query = traffic.query
        var chips: [[String: Any]] = []
        let chosen = [
            ("node", "node", query.node), ("binding_group", "binding group", query.bindingGroup),
            ("binding", "binding", query.binding), ("domain", "domain", query.domain),
        ]
        for (name, label, value) in chosen {
            guard let value else { continue }
            var fields = traffic.fields
            fields.set(name, to: nil)
            chips.append(["label": label, "value": value, "href": PeriodView.link("/dashboard", fields)])
        }
        var unfiltered = traffic.fields
        for (name, _, _) in chosen { unfiltered.set(name, to: nil) }
        return [
            "filters": chips,
            "has_filter": !chips.isEmpty,
            "is_narrowed": query.isFinerThanNodes,
            "unfiltered": PeriodView.link("/dashboard", unfiltered),
            "nodes": options(choices.nodes, chosen: query.node),
            "binding_groups": options(choices.bindingGroups, chosen: query.bindingGroup),
            "bindings": options(choices.bindings, chosen: query.binding),
            "domain": query.domain ?? "",
            "kept_fields": periodFields,
        ]
    }

    /// The form of the filters keeps the period.
    private var periodFields: [[String: Any]] {
        traffic.fields.pairs.filter { ["period", "from", "to"].contains($0.name) }
            .map { ["name": $0.name, "value": $0.value] }
    }

    /// What is chosen is offered even where it is not known (any more).
    private func options(_ names: [String], chosen: String?) -> [[String: Any]] {
        var names = names
        if let chosen, !names.contains(chosen) { names.insert(chosen, at: 0) }
        return names.map { ["value": $0, "is_chosen": $0 == chosen] }
    }
}
