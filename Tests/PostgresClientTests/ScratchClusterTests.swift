import Foundation
import PostgresClient
import ScratchPostgres
import Testing

/// The scratch cluster itself: there when a test needs it, gone afterwards.
@Suite struct ScratchClusterTests {
    @Test func aMissingServerIsAFailureThatNamesThePackage() {
        let error = #expect(throws: ScratchError.self) { try ServerBinaries.newest(below: "/nonexistent") }
        #expect(error.map { "\($0)" }?.contains("postgresql-15") == true)
    }

    @Test func aClusterNobodyHoldsIsGoneWithItsFolder() async throws {
        let folder = try await {
            let cluster = try await ScratchCluster.start()
            let database = try await cluster.makeDatabase(migrated: false)
            #expect(try await database.connect(.owner).query("SHOW fsync").one().get("fsync", as: String.self) == "on")
            return database.settings(.owner).host
        }()
        try await eventually("the end of the cluster's folder") { !FileManager.default.fileExists(atPath: folder) }
    }

    @Test func databasesAreApart() async throws {
        try await withScratchDatabase(migrated: false) { one in
            try await withScratchDatabase(migrated: false) { other in
                try await one.connect(.superuser).run("CREATE TABLE item ()")
                let row = try await other.connect(.superuser).query("SELECT to_regclass('item') IS NULL AS missing")
                    .one()
                #expect(try row.get("missing", as: Bool.self))
            }
        }
    }
}
