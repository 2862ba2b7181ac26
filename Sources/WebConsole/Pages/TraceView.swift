internal import Foundation
internal import Store

/// The form of the Trace page, and what it found.
struct TraceView {
    let traffic: TrafficParameters
    let trace: TraceParameters
    let zone: TimeZone
    let now: Date

    func form(_ choices: FilterChoices) -> [String: Any] {
        var content = FilterView(traffic: traffic, choices: choices).content
        content["recipient"] = trace.query.recipient ?? ""
        content["sender"] = trace.query.sender ?? ""
        content["message"] = trace.query.message ?? ""
        content["reply"] = trace.query.reply ?? ""
        content["is_asked"] = trace.query.hasCriterion
        return content
    }

    func found(_ page: TracePage) -> [String: Any] {
        var content: [String: Any] = [
            "messages": page.messages.enumerated().map { message($1, number: $0 + 1) },
            "is_empty": page.messages.isEmpty,
            "count": page.messages.count == 1 ? "1 message" : "\(page.messages.count) messages",
            "is_later_page": trace.query.after != nil,
            "first": link(after: nil),
            "week": week,
        ]
        if let next = page.next { content["next"] = link(after: next.description) }
        return content
    }

    private func link(after cursor: String?) -> String {
        var fields = traffic.fields
        // A period that slides would let the pages slip: from the first page on it is that of the first.
        fields.set("period", to: PeriodChoice.custom.rawValue)
        fields.set("from", to: TimeParameter.format(traffic.chosen.period.from))
        fields.set("to", to: TimeParameter.format(traffic.chosen.period.to))
        for pair in trace.fields.pairs { fields.set(pair.name, to: pair.value) }
        fields.set("after", to: cursor)
        return PeriodView.link("/trace", fields)
    }

    /// The same over a week, for who found nothing.
    private var week: String {
        var fields = traffic.fields
        for name in ["from", "to"] { fields.set(name, to: nil) }
        fields.set("period", to: PeriodChoice.week.rawValue)
        for pair in trace.fields.pairs { fields.set(pair.name, to: pair.value) }
        return PeriodView.link("/trace", fields)
    }

    private func message(_ message: TracedMessage, number: Int) -> [String: Any] {
        var facts: [[String: Any]] = []
        func fact(_ label: String, _ value: String?) {
            if let value, !value.isEmpty { facts.append(["label": label, "value": value]) }
        }
        fact("From", message.sender.map { $0.isEmpty ? "<>" : $0 })
        fact("To", message.recipients.joined(separator: ", "))
        fact("Size", message.size.map { NumberText.bytes($0) })
        fact("Client", message.clientHost + (message.clientAddress.map { " [\($0)]" } ?? ""))
        fact("Node", message.node)
        return [
            "number": number,
            "id": message.messageID,
            "has_id": !message.messageID.isEmpty,
            "outcome": message.outcome,
            "is_bad": message.events.contains(where: \.isFailure),
            "facts": facts,
            "events": message.events.map(event),
        ]
    }

    private func event(_ event: TracedEvent) -> [String: Any] {
        let host =
            event.remoteHost + (event.remoteAddress.map { event.remoteHost.isEmpty ? "[\($0)]" : " [\($0)]" } ?? "")
        return [
            "at": TimeView.content(event.occurredAt, style: .full, now: now, zone: zone),
            "kind": event.title,
            "is_bad": event.isFailure,
            "recipient": event.recipient ?? NumberText.unknown,
            "host": host.isEmpty ? NumberText.unknown : host,
            "binding": [event.bindingGroup, event.binding].filter { !$0.isEmpty }.joined(separator: " / "),
            "delay": event.delayMilliseconds.map { NumberText.duration(milliseconds: Double($0)) }
                ?? NumberText.unknown,
            "reply": event.reply ?? NumberText.unknown,
            "has_recipient": event.recipient != nil,
            "has_host": !host.isEmpty,
            "has_delay": event.delayMilliseconds != nil,
            "has_reply": event.reply != nil,
        ]
    }
}
