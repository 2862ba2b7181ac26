/// Decides, from one measurement after another, whether ingest may go on. A state machine without I/O.
package struct DiskWatch: Sendable {
    package enum Verdict: Sendable, Equatable {
        case ingestMayGoOn
        case ingestMustStop
    }

    package private(set) var verdict: Verdict = .ingestMayGoOn
    private let maxWALSize: ByteCount

    package init(maxWALSize: ByteCount) {
        self.maxWALSize = maxWALSize
    }

    /// Takes the measurement of each disk that the cluster writes to. Returns the new verdict when it changed.
    package mutating func observe(_ disks: [DiskSpace]) -> Verdict? {
        let before = verdict
        let reserves = disks.map { (free: $0.free, reserve: DiskReserve(disk: $0.total, maxWALSize: maxWALSize)) }
        switch verdict {
        case .ingestMayGoOn:
            if reserves.contains(where: { $0.free < $0.reserve.stopsIngestBelow }) { verdict = .ingestMustStop }
        case .ingestMustStop:
            if reserves.allSatisfy({ $0.free >= $0.reserve.resumesIngestFrom }) { verdict = .ingestMayGoOn }
        }
        return verdict == before ? nil : verdict
    }
}
