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
        pids().compactMap { pid in
            // A process that ends meanwhile, or is another's, has no folder to tell.
            guard let folder = link("/proc/\(pid)/cwd"), folder == path || folder.hasPrefix(path + "/"), pid != getpid()
            else { return nil }
            return Entry(pid: pid, name: text("/proc/\(pid)/comm").trimmingCharacters(in: .newlines))
        }
    }

    /// Without Foundation's detours: some tests look without a pause.
    private static func pids() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = pid_t(name) { pids.append(pid) }
        }
        return pids
    }

    private static func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &target, target.count)
        return length > 0 ? String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// The process that started it, or took it over; nil when it is gone.
    static func parent(of pid: pid_t) -> pid_t? { statistics(of: pid)?.parent }

    /// Postmasters at work on a data directory, in whatever container: not their children, and none that has ended and is
    /// only not reaped yet.
    static func postmasters(of cluster: String) -> Set<pid_t> {
        let all = entries(inside: cluster).filter { $0.name == "postgres" }
        return Set(
            all.map(\.pid).filter { pid in
                guard let (state, parent) = statistics(of: pid), state != "Z",
                    text("/proc/\(parent)/comm") != "postgres\n"
                else { return false }
                let title = text("/proc/\(pid)/cmdline")
                return !title.isEmpty && !title.hasPrefix("postgres: ")
            }
        )
    }

    /// State and parent (proc(5), `/proc/pid/stat`).
    private static func statistics(of pid: pid_t) -> (state: String, parent: pid_t)? {
        let words = text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard words.count > 2, let parent = pid_t(words[1]) else { return nil }
        return (String(words[0]), parent)
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
