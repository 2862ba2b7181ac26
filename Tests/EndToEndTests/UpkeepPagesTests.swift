import Foundation
import Testing

/// The commands of the pages for operators, run as they stand there.
@Suite(.twoAtATime)
struct UpkeepPagesTests {
    /// The commands in a page's blocks of code, as words without `mailmill`.
    private static func commands(_ page: String) throws -> [[String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let text = try String(contentsOf: root.appending(path: "docs/operations/\(page)"), encoding: .utf8)
        var isCode = false
        var found: [[String]] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            guard isCode, line.hasPrefix("mailmill ") else { continue }
            // What stands in single quotes is one word.
            let parts = line.split(separator: "'", omittingEmptySubsequences: false)
            let words = parts.enumerated().flatMap { index, part in
                index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
            }
            found.append(Array(words.dropFirst()))
        }
        return found
    }

    /// A small table whose rows move into another.
    private static let migration = """
        CREATE SCHEMA page;
        CREATE TABLE page.old (id bigint PRIMARY KEY, name text NOT NULL);
        CREATE TABLE page.new (name text NOT NULL, id bigint PRIMARY KEY);
        INSERT INTO page.old SELECT n, 'row ' || n FROM generate_series(1, 4000) AS n;
        INSERT INTO ops.deferred_migration (name, summary, completion, rows_per_second)
        VALUES ('page', 'a table of a test', ARRAY['DROP SCHEMA page CASCADE'], 500);
        INSERT INTO ops.deferred_step (migration, step, source, source_key, target, target_key, target_columns, up, down)
        VALUES ('page', 1, 'page.old', 'id', 'page.new', 'id', 'name, id', 'SELECT o.name, o.id FROM {rows} AS o',
            'SELECT n.id, n.name FROM {rows} AS n');
        """

    private func state(_ mailmill: Installation) async throws -> String {
        let rows = try await mailmill.rows("SELECT state || ' ' || rows_moved FROM report_v1.deferred_migration")
        return rows.first ?? ""
    }

    private func wait(_ mailmill: Installation, for state: String) async throws {
        _ = try await eventually("the state \(state)", every: .milliseconds(200)) {
            try await self.state(mailmill).hasPrefix(state + " ") ? true : nil
        }
    }

    @Test func thePageOfMigrationsIsTrue() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let serving = try await mailmill.serveDatabase(["database", "manager"])
            _ = try await mailmill.rows(Self.migration, role: "owner")
            // The manager is killed while rows move, and goes on by itself.
            _ = try await eventually("rows that moved", every: .milliseconds(100)) {
                try await !self.state(mailmill).hasSuffix(" 0") ? true : nil
            }
            try await serving.destroy()
            try await mailmill.serveDatabase(["database", "manager"])
            let both = "SELECT (SELECT count(*) FROM page.old) + (SELECT count(*) FROM page.new)"
            #expect(try await mailmill.rows(both, role: "owner") == ["4000"])
            let commands = try Self.commands("migrate.md")
            #expect(commands.count == 12)
            for command in commands {
                if command.contains("complete") { try await wait(mailmill, for: "moved") }
                let output = try await mailmill.output(command)
                if command.contains("rollback") { try await wait(mailmill, for: "rolled back") }
                if command.contains("pause") { #expect(output == "page: paused\n") }
                if command.contains("--watch") { #expect(output.contains("done")) }
            }
            #expect(try await state(mailmill) == "done 4000")
        }
    }

    @Test func thePageOfRetentionIsTrue() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.serveDatabase(["database", "manager"])
            let commands = try Self.commands("retention.md")
            #expect(commands.count == 4)
            for command in commands { #expect(try await !mailmill.output(command).isEmpty) }
            let plan = try await mailmill.output(["retention", "plan", "--format", "json"])
            #expect(plan.contains("\"last_run\": {"))
            let size = try await mailmill.output(["database", "size", "--format", "json", "--if", "events=7"])
            let content = try JSONSerialization.jsonObject(with: Data(size.utf8)) as? [String: Any]
            let storage = try #require(content?["storage"] as? [String: Any])
            #expect((storage["tables"] as? [Any])?.isEmpty == false)
            #expect(storage["changed"] is [String: Any])
        }
    }
}
