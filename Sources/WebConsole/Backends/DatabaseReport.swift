package import Store

/// How the database server is, and what its log says lately.
package struct DatabaseReport: Sendable, Equatable {
    /// Green, amber or red.
    package enum Verdict: String, Sendable {
        case good, warning, wrong
    }

    /// One thing that was looked at.
    package struct Finding: Sendable, Equatable {
        package var check: String
        package var verdict: Verdict
        package var text: String
        /// What to do; nil where nothing is to be done.
        package var advice: String?

        package init(check: String, verdict: Verdict, text: String, advice: String? = nil) {
            self.check = check
            self.verdict = verdict
            self.text = text
            self.advice = advice
        }
    }

    /// A statement and what it cost.
    package struct Query: Sendable, Equatable {
        package var text: String
        package var role: String
        package var calls: Int64
        package var totalMilliseconds: Double
        package var meanMilliseconds: Double

        package init(text: String, role: String, calls: Int64, totalMilliseconds: Double, meanMilliseconds: Double) {
            self.text = text
            self.role = role
            self.calls = calls
            self.totalMilliseconds = totalMilliseconds
            self.meanMilliseconds = meanMilliseconds
        }
    }

    /// An entry of the server's log.
    package struct LogLine: Sendable, Equatable {
        package var time: String
        package var level: String
        package var text: String

        package init(time: String, level: String, text: String) {
            self.time = time
            self.level = level
            self.text = text
        }
    }

    package var findings: [Finding]
    /// Those that took most time; empty where they are not counted.
    package var queries: [Query]
    /// Newest last; nil where the server is on another host, whose log cannot be read from here.
    package var log: [LogLine]?
    package var storage: DatabaseStorage?
    /// The newest first.
    package var migrations: [DeferredMigration]

    package init(
        findings: [Finding],
        queries: [Query] = [],
        log: [LogLine]? = nil,
        storage: DatabaseStorage? = nil,
        migrations: [DeferredMigration] = []
    ) {
        self.findings = findings
        self.queries = queries
        self.log = log
        self.storage = storage
        self.migrations = migrations
    }
}

/// Which entries of the server's log are wanted.
package struct LogFilter: Sendable, Equatable {
    /// The least severe.
    package enum Level: String, Sendable, CaseIterable {
        case log, warning, error
    }

    package var level: Level
    /// Only entries that contain this, whatever its case; empty for all.
    package var text: String

    package init(level: Level = .warning, text: String = "") {
        self.level = level
        self.text = text
    }
}
