import Foundation

/// Reads Momentum's `GET /stats/summary` and `GET /stats/queues/mailq` (Momentum 4 reference, "HTTP API: stats").
enum MomentumStatistics {
    private struct Summary: Decodable {
        var ActiveQueueSize: Int64?
        var DelayedQueueSize: Int64?
        var InboundConcurrency: Int64?
        var OutboundConcurrency: Int64?
    }

    private struct Mailq: Decodable {
        struct Entry: Decodable {
            var group: String?
            var binding: String?
            var domain: String?
            var aq: Int64?
            var dq: Int64?
        }

        var QueueSummary: [Entry]
    }

    /// - Throws: `CollectorError.statistics` where it is no summary.
    static func sample(_ summary: [UInt8], takenAt: Int64, address: String) throws -> QueueSample {
        guard let told = try? JSONDecoder().decode(Summary.self, from: Data(summary)), told.ActiveQueueSize != nil
        else {
            throw CollectorError.statistics(address: address, reason: "/stats/summary does not answer as Momentum does")
        }
        var sample = QueueSample(takenAt: takenAt, active: told.ActiveQueueSize, delayed: told.DelayedQueueSize)
        sample.connectionsIn = told.InboundConcurrency
        sample.connectionsOut = told.OutboundConcurrency
        return sample
    }

    /// - Throws: `CollectorError.statistics` where it is no such list.
    static func parts(_ mailq: [UInt8], address: String, count: Int) throws -> [QueuePart] {
        guard let told = try? JSONDecoder().decode(Mailq.self, from: Data(mailq)) else {
            throw CollectorError.statistics(
                address: address,
                reason: "/stats/queues/mailq does not answer as Momentum does"
            )
        }
        var parts = QueueParts()
        for entry in told.QueueSummary {
            parts.add(
                QueuePart(
                    bindingGroup: entry.group ?? "",
                    binding: entry.binding ?? "",
                    domain: (entry.domain ?? "").lowercased(),
                    active: max(0, entry.aq ?? 0),
                    delayed: max(0, entry.dq ?? 0)
                )
            )
        }
        return parts.largest(count)
    }
}
