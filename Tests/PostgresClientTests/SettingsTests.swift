import Foundation
import PostgresClient
import ScratchPostgres
import Testing

/// What we connect to is what the settings say, and nothing else.
@Suite(.serialized) struct SettingsTests {
    private static let elsewhere = [
        ("PGHOST", "/nonexistent"), ("PGHOSTADDR", "192.0.2.1"), ("PGPORT", "1"), ("PGDATABASE", "nothing_here"),
        ("PGUSER", "nobody_here"), ("PGPASSWORD", "secret"), ("PGSERVICE", "nothing_here"),
        ("PGOPTIONS", "-c search_path=elsewhere"), ("PGTZ", "Asia/Tokyo"), ("PGDATESTYLE", "SQL, DMY"),
        ("PGSSLMODE", "verify-full"), ("PGREQUIREPEER", "somebody"), ("PGCLIENTENCODING", "LATIN1"),
        ("PGAPPNAME", "elsewhere"), ("PGTARGETSESSIONATTRS", "standby"), ("PGCHANNELBINDING", "require"),
        ("PGCONNECT_TIMEOUT", "garbage"),
    ]

    @Test func theEnvironmentChangesNothing() async throws {
        try await withScratchDatabase(migrated: false) { database in
            for (name, value) in Self.elsewhere {
                setenv(name, value, 1)
                defer { unsetenv(name) }
                let row = try await database.connect(.owner).query(
                    """
                    SELECT current_user AS role, current_setting('search_path') AS path,
                        current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style,
                        current_setting('client_encoding') AS encoding, current_setting('application_name') AS name
                    """
                ).one()
                let found: [String] = try ["role", "path", "zone", "style", "encoding", "name"].map { try row.get($0) }
                #expect(found == ["mailmill_owner", "\"$user\", public", "UTC", "ISO, MDY", "UTF8", "mailmill"])
            }
        }
    }

    @Test func parametersAreTheSessions() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let note = "two words, a \\ and a 'quote' -c x=y"
            let settings = database.settings(.owner, parameters: ["statement_timeout": "1234", "mailmill.note": note])
            let row = try await Connection.connect(settings).query(
                "SELECT current_setting('statement_timeout') AS timeout, current_setting('mailmill.note') AS note"
            ).one()
            #expect(try row.get("timeout", as: String.self) == "1234ms")
            #expect(try row.get("note", as: String.self) == note)
        }
    }

    @Test func aMessageNamesThePlaceAndNeverThePassword() {
        let settings = ConnectionSettings(
            host: "db.example.net",
            database: "mailmill",
            user: "mailmill_console",
            password: "hidden-word"
        )
        #expect(settings.target == "database mailmill at db.example.net:5432 as mailmill_console")
    }
}
