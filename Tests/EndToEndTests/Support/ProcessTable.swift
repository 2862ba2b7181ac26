import Foundation

/// Processes by the folder that they work in: how a test finds what is left of what it started, daemons included.
enum ProcessTable {
    struct Entry: Equatable, Sendable {
        var pid: pid_t
        /// The kernel's short name: `postgres`, `mailmill`, `smtpd`.
        var name: String
    }

    /// Live processes whose working folder is `path` or below it.
    static func entries(inside path: String) -> [Entry] {
        // Without /proc there is nothing to find.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap { pid in
            // A process that ends meanwhile, or is another's, has no folder to tell.
            guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd"),
                folder == path || folder.hasPrefix(path + "/"), pid != getpid()
            else { return nil }
            return Entry(pid: pid, name: text("/proc/\(pid)/comm").trimmingCharacters(in: .newlines))
        }
    }

    /// Kills them; PostgreSQL is told to end at once, so that it gives back its shared memory.
    static func kill(inside path: String) {
        for entry in entries(inside: path) {
            Glibc.kill(entry.pid, entry.name == "postgres" ? SIGQUIT : SIGKILL)
        }
    }

    /// Kills them and waits until they are gone.
    static func end(inside path: String) async {
        kill(inside: path)
        let isGone: Void? = try? await eventually("the end of all in \(path)", within: .seconds(5)) {
            entries(inside: path).isEmpty
        }
        guard isGone == nil else { return }
        for entry in entries(inside: path) { Glibc.kill(entry.pid, SIGKILL) }
        // What not even SIGKILL ends is stuck in the kernel.
        try? await eventually("the end of all in \(path)", within: .seconds(5)) { entries(inside: path).isEmpty }
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
