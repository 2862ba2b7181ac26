internal import BenchmarkSupport
internal import Foundation
internal import PostgresClient
internal import PostgresServer
internal import SystemPackage

/// `chdb`, a columnar engine in a process, installed from PyPI into an environment of the benchmark's own, over the rows of
/// days of the same cubes. It sums two years anew each time; Mailmill reads buckets of 64 days. Where it cannot be had,
/// that is said.
struct ColumnarEngine {
    private let site: BusySite
    private let folder: FilePath

    init(_ site: BusySite, folder: FilePath) {
        self.site = site
        self.folder = folder
    }

    func compare(with ours: [String: Duration], times: Int, _ scratch: ScratchDatabase) async throws {
        let queries = HistoryQuery.all.filter { $0.columnar != nil }
        let work = folder.appending("columnar")
        try FileManager.default.createDirectory(atPath: work.string, withIntermediateDirectories: false)
        guard chmod(work.string, 0o777) == 0 else { throw Errno(rawValue: errno) }
        guard install(into: work) else {
            tell(
                "not compared with a columnar engine: chdb cannot be installed here (python3 -m venv, pip install chdb)"
            )
            return
        }
        for (table, cube) in [
            ("wide", "wide_by_day"), ("failure", "failure_by_day"), ("every_domain", "every_domain_by_day"),
        ] {
            try await scratch.run(
                """
                COPY (SELECT extract(epoch FROM c.bucket)::bigint AS bucket_, c.* FROM rt_log.\(cube) AS c)
                TO '\(work.appending("\(table).csv"))' (FORMAT csv, HEADER)
                """
            )
        }
        let texts = queries.map {
            ($0.columnar ?? "").replacing("FIRST", with: "\(site.domain)").replacing("RANK", with: "7")
        }
        let asked = try JSONSerialization.data(withJSONObject: texts)
        try asked.write(to: URL(fileURLWithPath: work.appending("queries.json").string))
        try Self.program.write(toFile: work.appending("compare.py").string, atomically: true, encoding: .utf8)
        guard
            let output = run(
                work.appending("python/bin/python3"),
                [work.appending("compare.py").string, "\(times)"],
                work
            )
        else {
            tell("not compared with a columnar engine: chdb failed")
            return
        }
        let theirs = output.split(separator: "\n").compactMap { Double($0) }
        for (query, time) in zip(queries, theirs) {
            guard let mine = ours[query.name] else { continue }
            tell(
                "\(query.name): p50 \(mine.milliseconds) ms, chdb \(Figure.decimal(time, 1)) ms over the rows of days, "
                    + "ratio \(Figure.decimal(mine.seconds * 1000 / time, 2))"
            )
        }
    }

    private func install(into work: FilePath) -> Bool {
        run("/usr/bin/python3", ["-m", "venv", work.appending("python").string], work) != nil
            && run(work.appending("python/bin/pip"), ["install", "--quiet", "chdb"], work) != nil
    }

    /// What it prints; nil if it fails.
    private func run(_ program: FilePath, _ arguments: [String], _ work: FilePath) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.string)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: work.string)
        let pipe = Pipe()
        process.standardOutput = pipe
        do {
            try process.run()
        } catch {
            tell("\(program) cannot be run: \(error)")
            return nil
        }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
    }

    /// Loads the tables, asks each query some times, prints the median of each in milliseconds.
    private static let program = """
        import json, sys, time
        from chdb import session
        s = session.Session("store")
        s.query("CREATE DATABASE IF NOT EXISTS h ENGINE = Atomic")
        order = {"wide": "domain_id, bucket_", "failure": "ranked_domain_id, bucket_", "every_domain": "domain_id, bucket_"}
        for table, keys in order.items():
            s.query(f"CREATE TABLE h.{table} ENGINE = MergeTree ORDER BY ({keys}) SETTINGS allow_nullable_key = 1 AS "
                    f"SELECT * FROM file('{table}.csv', 'CSVWithNames')")
        for query in json.load(open("queries.json")):
            for table in order:
                query = query.replace(f"FROM {table}", f"FROM h.{table}")
            query = query.replace("intDiv(bucket,", "intDiv(bucket_,")
            times = []
            for _ in range(int(sys.argv[1])):
                begin = time.perf_counter()
                s.query(query, "CSV")
                times.append((time.perf_counter() - begin) * 1000)
            print(sorted(times)[len(times) // 2])
        """
}
