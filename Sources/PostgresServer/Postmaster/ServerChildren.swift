/// The server processes below a postmaster, by the titles that PostgreSQL gives them.
struct ServerChildren: Sendable {
    struct Child: Sendable, Equatable {
        let pid: Int32
        /// Without the leading `postgres: mailmill: `.
        let title: String
        let ticks: Int64
    }

    let children: [Child]

    init(of postmaster: Int32, in table: ProcessTable) {
        children = table.children(of: postmaster).compactMap { pid in
            table.commandLine(of: pid).map {
                Child(pid: pid, title: Self.shorten($0), ticks: table.processorTicks(of: pid))
            }
        }
    }

    init(children: [Child]) { self.children = children }

    private static func shorten(_ title: String) -> String {
        var rest = title[...]
        for prefix in ["postgres: ", "mailmill: "] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        return rest.trimmed
    }

    private var startup: Child? { children.first { $0.title.hasPrefix("startup") } }

    /// What the start is at: `startup recovering 000000010000000000000003`.
    var startupActivity: String { startup?.title ?? "starting" }

    /// Changes as long as the start gets on.
    var evidence: [String] {
        (startup.map { [$0] } ?? children).map { "\($0.pid) \($0.title) \($0.ticks)" }
    }

    /// Who keeps a shutdown from ending: not those that wait idle for their orders.
    var blockers: [ProcessName] {
        let patient = [
            "logger", "background writer", "walwriter", "autovacuum launcher", "logical replication launcher",
        ]
        return children.filter { child in
            child.title != "checkpointer" && child.title != "archiver" && !patient.contains(child.title)
        }.map { ProcessName(pid: $0.pid, command: $0.title) }
    }
}
