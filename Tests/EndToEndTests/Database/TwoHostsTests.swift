import Foundation
import LogGenerator
import Testing

/// A mail server and two hosts with a database each, in networks of their own: the database that is not designated takes no
/// events, and a cable that breaks loses none.
@Suite(.twoAtATime, .enabled(if: Host.canBeMade, "namespaces need root: these tests were not run"))
struct TwoHostsTests {
    @Test func theHostThatIsNotDesignatedRefusesEventsUntilItIs() async throws {
        let (_, seed) = SeededRandom.announced(for: "two hosts")
        try await TestFolder.with { folder in
            let site = try await Site(in: folder, seed: seed)
            let (writer, first, second) = (site.writer, site.first, site.second)
            var collector = try site.collector(at: Site.firstAddress)
            try await writer.write(300)
            try await site.counts(first)

            // The same data on another host: that host is not the designated one.
            try await Self.end(collector)
            collector = try site.collector(at: Site.secondAddress)
            try await writer.write(100)
            try await eventually("a word about the host") {
                collector.errors.contains("host db1 was designated (epoch 1), and this is db2")
            }
            #expect(try await second.report().total.deliveries == 0)
            try await Self.end(collector)

            // A cable that breaks: nothing is lost, nothing counted twice.
            collector = try site.collector(at: Site.firstAddress)
            try await site.counts(first)
            try await site.hosts[0].cable(to: site.mail, isWhole: false)
            try await writer.write(200)
            try await eventually("a word about the cable", within: .seconds(120)) {
                collector.errors.contains("192.0.2.1")
            }
            try await site.hosts[0].cable(to: site.mail, isWhole: true)
            try await site.counts(first)

            // Handed over, first there and then here. The copy has none of the events: they are read again.
            try await first.output(["database", "designate", "db2", "--yes"])
            try await writer.write(100)
            try await eventually("a word about the move") {
                collector.errors.contains("host db2 was designated (epoch 2), and this is db1")
            }
            let left = try await first.report().total.deliveries
            try await second.output(["database", "designate", "--yes"])
            try await Self.end(collector)
            collector = try site.collector(at: Site.secondAddress)
            try await site.counts(second)

            // Somebody designates the old host again, while the network between the two is down.
            try await Self.end(collector)
            for _ in 0..<2 { try await second.output(["database", "designate", "--yes"]) }
            try await first.output(["database", "designate", "--yes"])
            collector = try site.collector(at: Site.secondAddress)
            try await writer.write(100)
            try await site.counts(second)
            try await Self.end(collector)
            collector = try site.collector(at: Site.firstAddress)
            try await writer.write(100)
            try await eventually("a word about the epoch") {
                collector.errors.contains("another server has taken over")
            }
            #expect(try await first.report().total.deliveries == left)
            try await Self.end(collector)
            collector = try site.collector(at: Site.secondAddress)
            try await site.counts(second)
            try await Self.end(collector)
            for mailmill in [first, second] { try await mailmill.output(["database", "stop"]) }
        }
    }

    private static func end(_ collector: Program) async throws {
        // `nsenter` stands between, and passes no signal on.
        collector.signalGroup(SIGTERM)
        try await collector.finish()
    }

    /// db1 and db2, whose databases are copies of one another, and the mail server mx, which reaches both.
    private struct Site {
        static let firstAddress = "192.0.2.1"
        static let secondAddress = "198.51.100.1"

        let folder: TestFolder
        let hosts: [Host]
        let mail: Host
        let first: Installation
        let second: Installation
        let writer: LogWriter
        private let log: String

        init(in folder: TestFolder, seed: UInt64) async throws {
            self.folder = folder
            log = try folder.folder("log") + "/mail.log"
            let lines = InventedPostfix(SeededRandom(seed: seed), stamp: InventedPostfix.isoStamp)
            writer = try LogWriter(log, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
            hosts = [try await Host("db1", in: folder), try await Host("db2", in: folder)]
            mail = try await Host("mx", in: folder)
            try await hosts[0].connect(to: mail, network: "192.0.2")
            try await hosts[1].connect(to: mail, network: "198.51.100")
            let addresses = [Self.firstAddress, Self.secondAddress]
            let mailmills = try zip(hosts, addresses).map { host, address in
                try Installation(
                    in: folder,
                    collect: [],
                    database: ", listen: [\(address)]",
                    directory: "\(folder.path)/\(host.name)",
                    more: "cluster: {host: \(host.name)}",
                    on: host
                )
            }
            (first, second) = (mailmills[0], mailmills[1])
            try await PreparedDatabase.copy(to: first.directory, in: folder)
            try await first.output(["database", "certificate", "make"] + addresses.flatMap { ["--name", $0] })
            try await first.output(["database", "start"])
            try await first.output(["database", "credential", "rotate", "--role", "collector"])
            try await first.output(["database", "designate", "--yes"])
            try await first.output(["database", "stop"])
            let copy = try Program("/bin/cp", ["-a", first.directory, second.directory], in: folder)
            guard try await copy.finish() == .status(0) else { throw TestTrouble("cp: \(copy.errors)") }
            for mailmill in mailmills { try await mailmill.output(["database", "start"]) }
        }

        /// Starts the mail server's collector, which reports to an address.
        func collector(at address: String) throws -> Program {
            let credentials = "\(first.directory)/credentials"
            let collecting = try Installation(
                in: folder,
                collect: [Installation.file(log)],
                database: ", host: \(address), root_certificate: \(credentials)/authority.pem"
                    + ", password_file: \(credentials)/mailmill_collector.pgpass",
                directory: "\(folder.path)/mx-\(address)",
                more: "collector: {directory: \(folder.path)/collector}",
                on: mail
            )
            return try collecting.serve(["collector"])
        }

        func counts(_ mailmill: Installation) async throws {
            let counted = try await IndependentCounter.count([writer.copy], in: folder)
            try await eventually(
                "figures equal to the independent count",
                within: .seconds(90),
                every: .milliseconds(300)
            ) {
                let told = try await mailmill.report("--by", "domain")
                guard told.deliveriesByDomain == counted.deliveriesByDomain else {
                    throw TestTrouble("\(told.tally); counted: \(counted)")
                }
                return true
            }
        }
    }
}
