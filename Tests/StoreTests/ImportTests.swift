import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Files that an import and what is followed on the same node know together.
@Suite struct ImportTests {
    @Test func anImportKnowsWhatIsFollowedOnItsNodeAndGoesOnWithIt() async throws {
        try await withScratchDatabase { database in
            let followed = try await TestSource(database)
            try await followed.feed([TestEvent(.delivery, at: Times.now())])
            let imported = try await TestSource(database, name: "import")
            #expect(imported.file.fileID == followed.file.fileID)
            #expect(imported.file.position == followed.position.value)
            #expect(!imported.file.isImported)
            #expect(try await imported.feed([TestEvent(.delivery, at: Times.now())]) == .committed)
            // Its follower stands elsewhere now, and hears so.
            #expect(try await followed.feed([TestEvent(.delivery, at: Times.now())]) == .conflict)
        }
    }

    @Test func whatIsImportedIsKnownToWhoFollows() async throws {
        try await withScratchDatabase { database in
            let imported = try await TestSource(database, name: "import")
            try await imported.feed([TestEvent(.delivery, at: Times.now())])
            let followed = try await TestSource(database)
            #expect(followed.file.fileID == imported.file.fileID)
            #expect(followed.file.isImported)
        }
    }

    @Test func anImportOfAnotherNodeKnowsNothing() async throws {
        try await withScratchDatabase { database in
            let followed = try await TestSource(database)
            try await followed.feed([TestEvent(.delivery, at: Times.now())])
            let imported = try await TestSource(database, node: "mx2", name: "import")
            #expect(imported.file.fileID != followed.file.fileID)
        }
    }

    @Test func anImportIsListedAndIsNoSourceThatFallsSilent() async throws {
        try await withScratchDatabase { database in
            let imported = try await TestSource(database, name: "import")
            try await imported.feed([TestEvent(.delivery, at: Times.now())])
            let reports = Reports(database.pool(.report))
            let files = try await reports.imports()
            #expect(files.map(\.events) == [1])
            #expect(files.map(\.bytes) == [imported.position.value])
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM report_v1.source") == 0)
        }
    }
}
