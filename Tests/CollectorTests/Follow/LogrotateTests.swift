import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// The real logrotate, while lines are written, collectors are killed and the database comes and goes.
@Suite(.serialized) struct LogrotateTests {
    static let ways = [
        "create", "nocreate", "copytruncate", "create\ncompress", "copytruncate\ncompress",
        "create\ncompress\ndelaycompress", "create\ndateext\ndateformat -%Y%m%d-%s",
        "copytruncate\ndateext\ndateformat -%s\ncompress", "create\nextension .log\ncompress",
        "create\ncompress\ncompresscmd /usr/bin/zstd\nuncompresscmd /usr/bin/unzstd\ncompressext .zst\ncompressoptions -q",
    ]

    struct Rotation {
        let shop: Workshop
        let configuration: FilePath
        let isDated: Bool

        var stamp: FilePath { shop.path("stamp") }

        init(_ shop: Workshop, _ way: String, keep: Int) throws {
            self.shop = shop
            isDated = way.contains("dateext")
            configuration = shop.path("logrotate.conf")
            try shop.append("\(shop.log.string) {\n\(way)\nrotate \(keep)\n}\n", to: configuration)
            try shop.run("/bin/chmod", "0644", configuration.string)
        }

        func rotate() async throws {
            if isDated {
                // Names by the second: two rotations in one would be refused.
                let last = try? String(contentsOfFile: stamp.string, encoding: .utf8)
                try await eventually("the next second comes") { "\(time(nil))" != last }
            }
            let state = shop.path("logrotate.state").string
            let status = try shop.run("/usr/sbin/logrotate", "-f", "-s", state, configuration.string)
            #expect(status == 0)
            // The last second that it can have named a file for.
            try "\(time(nil))".write(toFile: stamp.string, atomically: true, encoding: .utf8)
        }
    }

    @Test(arguments: ways)
    func everyLineIsCountedOnce(way: String) async throws {
        let shop = try Workshop()
        let rotation = try Rotation(shop, way, keep: 3)
        var next = 0
        var collector = shop.start()
        for round in 0..<4 {
            try shop.append(next..<next + 400)
            if round % 2 == 0 { try await shop.expectCounted(next + 400) }
            // What `copytruncate` loses by itself must not be: nothing is written while it works.
            try await rotation.rotate()
            next += 400
            try shop.append(next..<next + 10)
            next += 10
            if round == 2 {
                try await collector.kill()
                try await rotation.rotate()
                try shop.append(next..<next + 300)
                next += 300
                collector = shop.start()
            }
            try await shop.expectCounted(next)
        }
        try await collector.kill()
        #expect(shop.database.quarantined.isEmpty)
    }

    /// The database is away while the log is rotated more often than logrotate keeps copies.
    @Test(arguments: ways)
    func nothingIsLostWhileTheDatabaseIsAway(way: String) async throws {
        let shop = try await Workshop.withCounted(200)
        let rotation = try Rotation(shop, way, keep: 1)
        shop.database.always(.fail)
        var next = 200
        for round in 0..<3 {
            let collector = shop.start()
            try shop.append(next..<next + 300)
            next += 300
            try await shop.expectSpooled(next)
            try await rotation.rotate()
            try shop.append(next..<next + 5)
            next += 5
            if round % 2 == 0 { try await shop.expectSpooled(next) }
            try await collector.kill()
        }
        shop.database.always(nil)
        try await shop.startAndExpect(next)
        #expect(shop.database.quarantined.isEmpty)
    }
}
