import Foundation
import PostgresClient
import ScratchPostgres

/// What `report_v1` is, as its readers see it: relations with their columns, and functions with theirs.
struct ReportContract {
    struct Relation {
        let name: String
        let comment: String
        let isView: Bool
        var columns: [(name: String, type: String, comment: String)]
    }

    struct Function {
        let name: String
        let arguments: String
        let result: String
        let comment: String
    }

    var relations: [Relation] = []
    var functions: [Function] = []

    /// As the catalog of a database tells it.
    init(_ database: ScratchDatabase) async throws {
        let pool = database.pool(.superuser)
        let columns = try await pool.query(
            """
            SELECT
                c.relname::text AS relation, c.relkind = 'v' AS is_view, coalesce(obj_description(c.oid, 'pg_class'), '') AS told,
                a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,
                coalesce(col_description(c.oid, a.attnum), '') AS comment
            FROM pg_class AS c
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = 'report_v1'::regnamespace AND c.relkind IN ('r', 'v')
            ORDER BY c.relname, a.attnum
            """
        )
        for row in columns {
            let name: String = try row.get("relation")
            if relations.last?.name != name {
                relations.append(
                    Relation(
                        name: name,
                        comment: try row.get("told"),
                        isView: try row.get("is_view"),
                        columns: []
                    )
                )
            }
            relations[relations.count - 1].columns.append(
                (try row.get("name"), try row.get("type"), try row.get("comment"))
            )
        }
        functions = try await pool.query(
            """
            SELECT
                p.proname::text AS name, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result,
                coalesce(obj_description(p.oid, 'pg_proc'), '') AS comment
            FROM pg_proc AS p
            WHERE p.pronamespace = 'report_v1'::regnamespace
            ORDER BY p.proname
            """
        ).map { row in
            Function(
                name: try row.get("name"),
                arguments: try row.get("arguments"),
                result: try row.get("result"),
                comment: try row.get("comment")
            )
        }
    }

    /// A line a column, argument and result: what may never go or change once it is released.
    var promises: [String] {
        let columns = relations.flatMap { relation in
            relation.columns.map { "\(relation.name).\($0.name) \($0.type)" }
        }
        let functions = functions.flatMap { function in
            function.arguments.split(separator: ", ").map { "\(function.name)(\($0))" }
                + ["\(function.name)() \(function.result)"]
        }
        return (columns + functions).sorted()
    }

    /// The page of `docs/reference`.
    var page: String {
        var text = """
            # report_v1

            The contract with whoever reads the database: people with `mailmill database psql`, Grafana and other programs, and Mailmill's own consoles. Read
            as the role `mailmill_report`. Columns, arguments and functions are only ever added: what stands here goes on working in every 1.x.
            Times are `timestamptz`; `NULL` is "not measured" or "not told", never zero. This page is generated (`make docs`).


            """
        text += "## Functions\n\n"
        for function in functions {
            text += "### \(function.name)\n\n\(function.comment)\n\n```sql\nreport_v1.\(function.name)("
            let arguments = function.arguments.split(separator: ", ")
            text += arguments.isEmpty ? "" : "\n    " + arguments.joined(separator: ",\n    ") + "\n"
            text += ")\nRETURNS \(function.result)\n```\n\n"
        }
        text += "## Views\n\n"
        for relation in relations where relation.isView { text += Self.section(relation) }
        text += "## Rows of functions\n\n"
        for relation in relations where !relation.isView { text += Self.section(relation) }
        return text.trimmingCharacters(in: .newlines) + "\n"
    }

    private static func section(_ relation: Relation) -> String {
        var text = "### \(relation.name)\n\n\(relation.comment)\n\n| column | type | |\n|---|---|---|\n"
        for column in relation.columns { text += "| `\(column.name)` | \(column.type) | \(column.comment) |\n" }
        return text + "\n"
    }
}
