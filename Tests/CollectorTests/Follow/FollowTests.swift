import CollectorFixtures
import Testing

@testable import Collector

@Suite struct FollowTests {
    @Test func everyLineOfALogIsCountedOnce() async throws {
        let shop = try Workshop()
        try shop.append(0..<2000)
        let collector = shop.start()
        try await eventually("the backlog is counted") { shop.database.counted.count == 2000 }
        try shop.append(2000..<2500)
        try await eventually("new lines are counted") { shop.database.counted.count == 2500 }
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        try await collector.kill()
    }
}
