import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct PostmasterFileTests {
    private static let whole =
        "4711\n/srv/db/cluster\n1763845000\n5433\n/run/mailmill\nlocalhost\n  5433001    131072\nready   \n"

    @Test func everyLineIsRead() throws {
        let file = try file(Self.whole)
        #expect(file.pid == 4711)
        #expect(!file.isSingleUser)
        #expect(file.directory == "/srv/db/cluster")
        #expect(file.startedAt == 1_763_845_000)
        #expect(file.port == 5433)
        #expect(file.socketDirectory == "/run/mailmill")
        #expect(file.listenAddress == "localhost")
        #expect(file.status == .ready)
    }

    @Test(arguments: ["starting", "stopping", "ready   ", "standby "])
    func eachStatusIsKnown(text: String) throws {
        let content = Self.whole.replacing("ready   ", with: text)
        #expect(try file(content).status?.rawValue == text.split(separator: " ").first.map(String.init))
    }

    @Test func aFileThatHasJustBeenBegunHasNoStatus() throws {
        let file = try file("4711\n/srv/db/cluster\n1763845000\n5432\n\n")
        #expect(file.status == nil)
        #expect(file.socketDirectory == nil)
    }

    @Test func aSingleUserServerNegatesItsNumber() throws {
        let file = try file("-4711\n/srv/db/cluster\n1763845000\n5432\n/tmp\n")
        #expect(file.pid == 4711)
        #expect(file.isSingleUser)
    }

    @Test(arguments: ["", "\n", "  \n\n", "\0\0\0"])
    func aFileWithoutTextIsEmpty(text: String) {
        #expect(PostmasterFile.parse(text) == .empty)
    }

    @Test(arguments: [
        "hello\n", "0\n/srv\n1\n", "4711", "4711\n", "4711\nrelative\n12\n", "4711\n/srv\nyesterday\n",
        "99999999999\n/srv\n1\n",
        "-2147483648\n/srv\n1\n", "4711 4712\n/srv\n1\n", "\u{FFFD}\u{FFFD}\n/srv\n1\n",
    ])
    func whatPostgreSQLCannotHaveWrittenIsDamaged(text: String) {
        guard case .damaged = PostmasterFile.parse(text) else {
            Issue.record("\(text) was taken for \(PostmasterFile.parse(text))")
            return
        }
    }

    private func file(_ text: String) throws -> PostmasterFile {
        guard case .file(let file) = PostmasterFile.parse(text) else {
            throw CancellationError()
        }
        return file
    }
}
