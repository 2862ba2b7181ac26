import Foundation
import ScratchPostgres
import Testing

/// What outside users may rely on stays, and stands in `docs/reference/report_v1.md`. `make docs` writes both files.
@Suite struct ReportContractTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let released = folder.appending(path: "report_v1.released")
    private static let page = folder.appending(path: "../../../docs/reference/report_v1.md")
    private static let isWriting = ProcessInfo.processInfo.environment["MAILMILL_TEST_WRITES_REFERENCE"] != nil

    @Test func nothingThatWasReleasedChangesOrGoes() async throws {
        try await withScratchDatabase { database in
            let promises = try await ReportContract(database).promises
            let stored = (try? String(contentsOf: Self.released, encoding: .utf8)) ?? ""
            let released = stored.split(separator: "\n").map(String.init)
            let missing = Set(released).subtracting(promises)
            #expect(missing.isEmpty, "readers rely on these; add beside them instead: \(missing.sorted())")
            #expect(released.count > 100)
            if Self.isWriting {
                let all = Set(released).union(promises).sorted()
                try Data((all.joined(separator: "\n") + "\n").utf8).write(to: Self.released)
            } else {
                #expect(Set(promises).subtracting(released).isEmpty, "new: run `make docs`")
            }
        }
    }

    @Test func thePageIsFresh() async throws {
        try await withScratchDatabase { database in
            let contract = try await ReportContract(database)
            if Self.isWriting { try Data(contract.page.utf8).write(to: Self.page) }
            #expect(try String(contentsOf: Self.page, encoding: .utf8) == contract.page, "run `make docs`")
        }
    }

    /// Whoever reads the page must not have to guess.
    @Test func everythingSaysWhatItIs() async throws {
        try await withScratchDatabase { database in
            let contract = try await ReportContract(database)
            let silent =
                contract.relations.filter { $0.comment.isEmpty }.map(\.name)
                + contract.functions.filter { $0.comment.isEmpty }.map(\.name)
                + contract.relations.flatMap { relation in
                    relation.columns.filter { $0.comment.isEmpty }.map { "\(relation.name).\($0.name)" }
                }
            #expect(silent.isEmpty)
        }
    }
}
