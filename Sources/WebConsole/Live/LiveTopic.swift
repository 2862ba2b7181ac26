internal import Foundation
internal import Store

/// What a live page follows. Browsers with the same topic share one reader.
enum LiveTopic: Sendable, Hashable {
    case traffic(TrafficTopic)
    case status(PeriodChoice)

    /// Reads the address of a stream: as the page's own, with `page=status` for the Status page.
    init(_ fields: FormFields, at now: Date, zone: TimeZone) throws(ConsoleProblem) {
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: now, zone: zone, problems: &problems)
        if problems.isEmpty, !traffic.chosen.isSliding {
            let given = fields.text("period") ?? ""
            let expected = "a period that ends now; figures of another do not move"
            problems.append(ParameterProblem(name: "period", given: given, expected: expected))
        }
        let breakdown = BreakdownParameters(fields, problems: &problems)
        guard problems.isEmpty else { throw .parameters(problems) }
        if fields.text("page") == "status" {
            self = .status(traffic.chosen.choice)
        } else {
            self = .traffic(TrafficTopic(traffic, breakdown, zone: zone))
        }
    }
}

/// A dashboard's period, filters and breakdown, without the time of day.
struct TrafficTopic: Sendable, Hashable {
    let choice: PeriodChoice
    let node: String?
    let bindingGroup: String?
    let binding: String?
    let domain: String?
    let breakdown: BreakdownParameters
    /// Matters for the beginning of the year only.
    let zone: TimeZone

    init(_ traffic: TrafficParameters, _ breakdown: BreakdownParameters, zone: TimeZone) {
        self.choice = traffic.chosen.choice
        self.node = traffic.query.node
        self.bindingGroup = traffic.query.bindingGroup
        self.binding = traffic.query.binding
        self.domain = traffic.query.domain
        self.breakdown = breakdown
        self.zone = traffic.chosen.choice == .yearToDate ? zone : .gmt
    }

    func chosen(at now: Date) -> ChosenPeriod { ChosenPeriod(choice, at: now, zone: zone) }

    func query(over period: Period) -> TrafficQuery {
        TrafficQuery(period: period, node: node, bindingGroup: bindingGroup, binding: binding, domain: domain)
    }
}

/// One server-sent event. A newer one of the same name makes an older one void.
struct LiveEvent: Sendable, Equatable {
    let name: String
    /// One line.
    let data: String

    /// As it goes over the wire (HTML Living Standard §9.2.6).
    var text: String { "event: \(name)\ndata: \(data)\n\n" }

    static let heartbeat = LiveEvent(name: "heartbeat", data: "{}")
    /// The session is over: the page should go to the sign-in.
    static let signedOut = LiveEvent(name: "signed-out", data: "{}")
}
