extension LocalZone {
    /// How far a line may stand before the line above it and still be of the same pass through an hour that the clock
    /// shows twice. In microseconds.
    private static let disorder: Int64 = 120_000_000

    /// A stretch of local time in which every stamp has one meaning only.
    package struct Stretch: Sendable, Equatable {
        /// Local microseconds since 1970; `to` does not belong to it.
        package var from: Int64
        package var to: Int64
        /// Microseconds that local time is ahead of UTC.
        package var offset: Int64
    }

    /// The time in UTC of a local time, both in microseconds since 1970.
    ///
    /// In the hour that is repeated when summer time ends, the first pass holds unless the log has got past it. A time
    /// in the hour that is skipped when summer time begins is read with the offset before.
    ///
    /// - Parameter last: the time (UTC) of the line before, nil if there is none.
    package func utc(ofLocal local: Int64, after last: Int64?) -> Int64 {
        var first: Int64?
        var skipped: Int64?
        for index in changes.indices {
            let time = local &- offset(index)
            guard index == changes.startIndex || time >= changes[index].utc else { continue }
            if index + 1 == changes.endIndex || time < changes[index + 1].utc {
                guard let earlier = first else {
                    first = time
                    continue
                }
                return (last ?? .min) > earlier.saturatingAdd(Self.disorder) ? time : earlier
            }
            skipped = time
        }
        return first ?? skipped ?? local
    }

    /// The stretch around a local time; nil if the time is near a change, so that it has to be looked up.
    package func stretch(aroundLocal local: Int64) -> Stretch? {
        guard !changes.isEmpty else { return Stretch(from: .min, to: .max, offset: 0) }
        for index in changes.indices {
            let from =
                index == changes.startIndex
                ? Int64.min : changes[index].utc.saturatingAdd(max(offset(index - 1), offset(index)))
            let to =
                index + 1 == changes.endIndex
                ? Int64.max : changes[index + 1].utc.saturatingAdd(min(offset(index), offset(index + 1)))
            if local >= from, local < to { return Stretch(from: from, to: to, offset: offset(index)) }
        }
        return nil
    }

    private func offset(_ index: Int) -> Int64 { Int64(changes[index].offset) * 1_000_000 }
}

extension Int64 {
    /// The sum, or the nearest number there is.
    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
