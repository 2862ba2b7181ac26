internal import Foundation
internal import Store

/// Period and filters, as every page and every answer of the API takes them from its URL.
struct TrafficParameters: Sendable, Equatable {
    let chosen: ChosenPeriod
    let query: TrafficQuery

    static let longestFilter = 255

    /// Reads them; what cannot be used is added to `problems`, and the page's default stands in for it.
    init(_ fields: FormFields, at now: Date, zone: TimeZone, problems: inout [ParameterProblem]) {
        self.chosen = Self.period(fields, at: now, zone: zone, problems: &problems)
        var query = TrafficQuery(period: chosen.period)
        query.node = Self.filter("node", fields, &problems)
        query.bindingGroup = Self.filter("binding_group", fields, &problems)
        query.binding = Self.filter("binding", fields, &problems)
        query.domain = Self.filter("domain", fields, &problems)?.lowercased()
        self.query = query
    }

    init(chosen: ChosenPeriod, query: TrafficQuery) {
        self.chosen = chosen
        self.query = query
    }

    /// Of the filters only.
    var hasFilter: Bool {
        query.node != nil || query.bindingGroup != nil || query.binding != nil || query.domain != nil
    }

    /// As they go into a link: what is the default is left out.
    var fields: FormFields {
        var fields = FormFields()
        if chosen.choice != .hour { fields.set("period", to: chosen.choice.rawValue) }
        if chosen.choice == .custom {
            fields.set("from", to: TimeParameter.format(chosen.period.from))
            fields.set("to", to: TimeParameter.format(chosen.period.to))
        }
        fields.set("node", to: query.node)
        fields.set("binding_group", to: query.bindingGroup)
        fields.set("binding", to: query.binding)
        fields.set("domain", to: query.domain)
        return fields
    }

    private static func filter(
        _ name: String,
        _ fields: FormFields,
        _ problems: inout [ParameterProblem]
    ) -> String? {
        guard let text = fields.text(name) else { return nil }
        let isPrintable = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard text.utf8.count <= longestFilter, isPrintable else {
            let expected = "at most \(longestFilter) bytes without control characters"
            problems.append(ParameterProblem(name: name, given: String(text.prefix(80)), expected: expected))
            return nil
        }
        return text
    }

    private static func period(
        _ fields: FormFields,
        at now: Date,
        zone: TimeZone,
        problems: inout [ParameterProblem]
    ) -> ChosenPeriod {
        let name = fields.text("period")
        let isCustom = name == PeriodChoice.custom.rawValue || (name == nil && fields.text("from") != nil)
        if isCustom {
            return customPeriod(fields, at: now, zone: zone, problems: &problems)
                ?? ChosenPeriod(.hour, at: now, zone: zone)
        }
        guard let name else { return ChosenPeriod(.hour, at: now, zone: zone) }
        guard let choice = PeriodChoice(rawValue: name) else {
            let names = PeriodChoice.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(ParameterProblem(name: "period", given: name, expected: "one of \(names)"))
            return ChosenPeriod(.hour, at: now, zone: zone)
        }
        return ChosenPeriod(choice, at: now, zone: zone)
    }

    private static func customPeriod(
        _ fields: FormFields,
        at now: Date,
        zone: TimeZone,
        problems: inout [ParameterProblem]
    ) -> ChosenPeriod? {
        let before = problems.count
        func time(_ name: String) -> Date? {
            let text = fields.text(name) ?? ""
            if name == "to", text.isEmpty { return now.addingTimeInterval(60) }
            guard let date = TimeParameter.parse(text, zone: zone) else {
                problems.append(ParameterProblem(name: name, given: text, expected: TimeParameter.expected))
                return nil
            }
            return date
        }
        guard let from = time("from"), let to = time("to"), problems.count == before else { return nil }
        let start = (from.timeIntervalSince1970 / 60).rounded(.down) * 60
        let end = (to.timeIntervalSince1970 / 60).rounded(.up) * 60
        if end <= start {
            problems.append(
                ParameterProblem(name: "to", given: fields.text("to") ?? "", expected: "a time later than from")
            )
        } else if end - start > 3 * 366 * 86_400 {
            problems.append(
                ParameterProblem(
                    name: "from",
                    given: fields.text("from") ?? "",
                    expected: "a period of three years at most"
                )
            )
        } else if start < 631_152_000 {
            problems.append(
                ParameterProblem(name: "from", given: fields.text("from") ?? "", expected: "a time after 1990")
            )
        }
        guard problems.count == before else { return nil }
        return ChosenPeriod(
            custom: Period(from: Date(timeIntervalSince1970: start), to: Date(timeIntervalSince1970: end))
        )
    }
}
