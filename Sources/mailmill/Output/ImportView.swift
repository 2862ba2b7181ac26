import Collector

extension FormatOption {
    /// What became of each file of an import.
    func print(_ outcomes: [ImportOutcome]) {
        var table = TextTable(columns: [
            .text("file"), .text("result"), .number("lines"), .number("events"), .number("quarantined"),
        ])
        var documents: [JSONValue] = []
        for outcome in outcomes {
            table.rows.append([
                outcome.file, outcome.result.text,
                String(outcome.lines), String(outcome.events), String(outcome.quarantined),
            ])
            documents.append(
                .object([
                    ("file", .text(outcome.file)), ("result", .text(outcome.result.text)),
                    ("lines", .whole(outcome.lines)), ("events", .whole(outcome.events)),
                    ("quarantined", .whole(outcome.quarantined)),
                ])
            )
        }
        print(table, documents, orElse: "nothing was imported")
    }

    /// The imports of this host.
    func print(_ imports: [KnownImport]) {
        var table = TextTable(columns: [
            .number("import"), .text("state"), .number("done"), .number("MB/s"), .number("left"), .text("files"),
            .number("failed"), .number("lines"), .number("events"), .number("quarantined"), .text("node"),
            .text("format"), .text("waiting"), .text("file"),
        ])
        for item in imports {
            let progress = item.state?.progress
            let rate = progress?.rate(after: item.state?.seconds ?? 0).map { "\(($0 / 100_000).rounded() / 10)" }
            let left = item.phase == .running ? progress?.timeLeft(after: item.state?.seconds ?? 0) : nil
            table.rows.append([
                String(item.number), item.words, progress.map { "\(Int($0.share * 100)) %" } ?? "–",
                rate ?? "–", left ?? "–", "\(progress?.filesDone ?? 0) of \(item.order.files.count)",
                String(progress?.failures ?? 0), String(progress?.lines ?? 0), String(progress?.events ?? 0),
                String(progress?.quarantined ?? 0), item.order.node, item.order.format,
                item.isRunning ? progress?.waiting ?? "" : "", progress?.file ?? "",
            ])
        }
        print(table, imports.map(\.document), orElse: "no import is known on this host")
    }

    private func print(_ table: TextTable, _ documents: [JSONValue], orElse nothing: String) {
        switch format {
        case .table: Terminal.print(table.rows.isEmpty ? nothing : table.aligned())
        case .csv: Terminal.print(table.csv())
        case .json: Terminal.print(JSONValue.array(documents).text())
        }
    }
}

extension ImportOutcome.Result {
    fileprivate var text: String {
        switch self {
        case .imported: "imported"
        case .alreadyCounted: "already counted"
        case .failed(let reason): "failed: \(reason)"
        case .cancelled: "cancelled"
        }
    }
}

extension KnownImport {
    /// Its state, as `list` tells it.
    fileprivate var words: String {
        switch phase {
        case .cancelled where isRunning: "cancelling"
        case .running, .paused, .interrupted, .cancelled, .finished: phase.rawValue
        }
    }

    fileprivate var document: JSONValue {
        let progress = state?.progress
        return .object([
            ("number", .whole(Int64(number))), ("state", .text(words)), ("running", .flag(isRunning)),
            ("node", .text(order.node)), ("format", .text(order.format)),
            ("files", .array(order.files.map { .text($0) })),
            ("files_done", .whole(Int64(progress?.filesDone ?? 0))),
            ("files_failed", .whole(Int64(progress?.failures ?? 0))),
            ("bytes", JSONValue(progress?.totalBytes)), ("bytes_done", JSONValue(progress?.doneBytes)),
            ("lines", JSONValue(progress?.lines)), ("events", JSONValue(progress?.events)),
            ("quarantined", JSONValue(progress?.quarantined)), ("file", JSONValue(progress?.file)),
            ("waiting", isRunning ? JSONValue(progress?.waiting) : .null),
            ("asked_at", JSONValue(order.askedAt)), ("updated_at", JSONValue(state?.updatedAt)),
        ])
    }
}
