import Foundation
import Synchronization

/// A folder of one test, where the database's account may go: in memory where there is plenty of it, since tests make and
/// remove clusters by the dozen, and kills and restarts need no disk; else on a real file system. When the test is over, whatever still
/// runs in it is ended and the folder removed; set `MAILMILL_TEST_KEEP` to keep it.
final class TestFolder: Sendable {
    private static let hasRoomInMemory: Bool = {
        var facts = statvfs()
        return statvfs(memory, &facts) == 0 && access(memory, W_OK) == 0
            && UInt64(facts.f_bavail) * UInt64(facts.f_frsize) > 8 << 30
            && facts.f_flag & 8 == 0  // ST_NOEXEC, statvfs(3)
    }()
    private static let disk = "/var/tmp"
    private static let memory = "/dev/shm"
    private static let parent = hasRoomInMemory ? memory : disk
    private static let prefix = "mailmill-e2e."

    let path: String
    /// Whether it is in memory, which Mailmill refuses unless it is told to accept it.
    var isInMemory: Bool { path.hasPrefix(Self.memory) }
    private let outputs = Mutex(0)

    /// Hands a fresh folder to `body`. If that throws, what the folder's programs said is printed.
    ///
    /// - Parameter onDisk: whether it is on a real file system in any case.
    static func with<T>(onDisk: Bool = false, _ body: (TestFolder) async throws -> T) async throws -> T {
        _ = leftovers
        let folder = try TestFolder(in: onDisk ? disk : parent)
        do {
            let value = try await body(folder)
            await folder.clear()
            return value
        } catch {
            print("in \(folder.path): \(error)\n\(folder.diagnosis())")
            await folder.clear()
            throw error
        }
    }

    /// A fresh folder that stays until the test run ends.
    static func untilTheEnd() throws -> TestFolder {
        _ = leftovers
        let folder = try TestFolder(in: parent)
        kept.withLock { $0.append(folder.path) }
        atexit { TestFolder.kept.withLock { $0.forEach(TestFolder.remove) } }
        return folder
    }

    private static let kept = Mutex<[String]>([])

    private init(in parent: String) throws {
        var template = Array("\(parent)/\(Self.prefix)\(getpid()).XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestTrouble("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(cString: made)
        chmod(path, 0o755)
    }

    /// Makes a folder below.
    @discardableResult
    func folder(_ name: String) throws -> String {
        let folder = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Writes a file below, and tells its path.
    @discardableResult
    func file(_ name: String, _ text: String, mode: Int = 0o644) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// Paths for what a program says: `serve-3.out`, `serve-3.err`.
    func outputPaths(for executable: String) -> (output: String, errors: String) {
        let number = outputs.withLock { count in
            count += 1
            return count
        }
        let name = executable.split(separator: "/").last ?? "program"
        return ("\(path)/\(name)-\(number).out", "\(path)/\(name)-\(number).err")
    }

    /// The last lines that the latest programs here wrote to standard error.
    private func diagnosis() -> String {
        // A folder that cannot be listed has nothing to tell.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let said = names.filter { $0.hasSuffix(".err") }.compactMap { name -> (Int, String)? in
            guard let data = FileManager.default.contents(atPath: "\(path)/\(name)"), !data.isEmpty else { return nil }
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(8).map { $0.prefix(300) }
            let number = name.split(whereSeparator: { "-.".contains($0) }).compactMap { Int($0) }.last
            return (number ?? 0, "-- \(name)\n" + lines.joined(separator: "\n"))
        }
        return said.sorted { $0.0 < $1.0 }.suffix(6).map(\.1).joined(separator: "\n")
    }

    private func clear() async {
        await ProcessTable.end(inside: path)
        if ProcessInfo.processInfo.environment["MAILMILL_TEST_KEEP"] == nil { Self.remove(path) }
    }

    /// Folders of test runs that were killed, removed once a run.
    private static let leftovers: Void = {
        for parent in Set([parent, disk]) {
            // Without the parent nothing works anyhow.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            for name in names where name.hasPrefix(prefix) {
                guard let pid = name.dropFirst(prefix.count).split(separator: ".").first.flatMap({ pid_t($0) }),
                    kill(pid, 0) != 0, errno == ESRCH
                else { continue }
                ProcessTable.kill(inside: "\(parent)/\(name)")
                remove("\(parent)/\(name)")
            }
        }
    }()

    private static func remove(_ path: String) {
        // What cannot be removed now is a later run's leftover.
        try? FileManager.default.removeItem(atPath: path)
    }
}
