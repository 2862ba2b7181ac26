internal import BenchmarkSupport
internal import Foundation
internal import Synchronization

/// What a browser saw of the number of deliveries, and when.
final class Sightings: Sendable {
    private struct Content {
        var seen: [(number: Int, at: ContinuousClock.Instant)] = []
        var failure: String?
    }

    private let content = Mutex(Content())

    /// Follows the live figures on a thread of its own, which ends with the server.
    init(_ connection: @escaping @Sendable () throws -> HTTPConnection) {
        Thread.detachNewThread {
            do {
                try connection().events("/live") { name, data in
                    let now = ContinuousClock.now
                    if name == "tiles", let number = Self.deliveries(data) {
                        self.content.withLock { $0.seen.append((number, now)) }
                    }
                    return true
                }
            } catch {
                self.content.withLock { $0.failure = "\(error)" }
            }
        }
    }

    /// The newest number; nil before the first.
    func newest() throws -> Int? {
        try content.withLock { content in
            if let failure = content.failure { throw HTTPConnection.Unexpected(failure) }
            return content.seen.last?.number
        }
    }

    /// When `number` or more was first seen.
    func time(of number: Int) -> ContinuousClock.Instant? {
        content.withLock { content in content.seen.first { $0.number >= number }?.at }
    }

    private struct Tile: Decodable {
        var key: String
        var full: String
    }

    /// The number as the page shows it, without what groups its digits.
    private static func deliveries(_ data: String) -> Int? {
        // Anything else than tiles is no sighting.
        let tiles = try? JSONDecoder().decode([Tile].self, from: Data(data.utf8))
        return tiles?.first { $0.key == "deliveries" }.flatMap { Int($0.full.filter(\.isNumber)) }
    }
}
