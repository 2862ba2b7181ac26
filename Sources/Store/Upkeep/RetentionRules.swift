/// How long things are kept, as the settings say.
package struct RetentionRules: Sendable, Equatable {
    /// What is kept alike.
    package enum Grain: String, Sendable, CaseIterable {
        case events
        case minutes
        case hours
        case days
    }

    /// Days of events, for message trace.
    package var events: Int32 = 14
    /// Bytes that events may take; the oldest days go when they take more. nil: only the days count.
    package var eventBytes: Int64?
    /// Days of figures by minute.
    package var minutes: Int32 = 60
    /// Days of figures by hour.
    package var hours: Int32 = 731
    /// Days of figures by day.
    package var days: Int32 = 3653

    package init() {}

    package func kept(_ grain: Grain) -> Int32 {
        switch grain {
        case .events: events
        case .minutes: minutes
        case .hours: hours
        case .days: days
        }
    }

    package mutating func keep(_ grain: Grain, days count: Int32) {
        switch grain {
        case .events: events = count
        case .minutes: minutes = count
        case .hours: hours = count
        case .days: days = count
        }
    }

    /// Why reports could not be put together: coarser figures have to reach further back. nil: they can.
    package var problem: String? {
        if events < 2 { return "events have to be kept for 2 days at least" }
        for (fine, coarse) in zip(Grain.allCases, Grain.allCases.dropFirst()) where kept(fine) > kept(coarse) {
            return "\(fine.rawValue) are kept for \(kept(fine)) days, longer than \(coarse.rawValue) (\(kept(coarse)))"
        }
        if let eventBytes, eventBytes < 64 << 20 { return "events need 64 MiB at least" }
        return nil
    }
}
