internal import Glibc
internal import SystemPackage

/// Reads /proc (proc(5)).
struct ProcessTable: Sendable {
    var root: FilePath = "/proc"

    /// Facts of a process, or of a thread's id; nil when there is none.
    func facts(of pid: Int32) -> ProcessFacts? {
        let folder = root.appending("\(pid)")
        // A process may end between any two of these reads: then there is none.
        guard let text = (try? SmallFile.read(folder.appending("stat"))) ?? nil,
            let nameStart = text.firstIndex(of: "("), let nameEnd = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let ticks = Int64(fields[19]) else { return nil }
        return ProcessFacts(
            pid: pid,
            parent: parent,
            isZombie: fields[0] == "Z" || fields[0] == "X",
            name: String(text[text.index(after: nameStart)..<nameEnd]),
            startedAt: bootTime() + ticks / Int64(max(1, sysconf(Int32(_SC_CLK_TCK)))),
            executable: link(folder.appending("exe")),
            workingDirectory: FileIdentity(of: folder.appending("cwd"))
        )
    }

    /// Title or command line, arguments joined by spaces; the short name in brackets for a process without one.
    func commandLine(of pid: Int32) -> String? {
        guard let text = (try? SmallFile.read(root.appending("\(pid)").appending("cmdline"))) ?? nil else { return nil }
        let line = text.split(separator: "\0").joined(separator: " ").split(separator: " ").joined(separator: " ")
        return line.isEmpty ? facts(of: pid).map { "[\($0.name)]" } : line
    }

    var pids: [Int32] {
        ((try? FileTree.names(in: root)) ?? nil)?.compactMap { Int32($0) } ?? []
    }

    /// Processes whose parent is `pid`. PostgreSQL's server processes are all children of the postmaster.
    func children(of pid: Int32) -> [Int32] {
        let file = root.appending("\(pid)").appending("task").appending("\(pid)").appending("children")
        if let text = (try? SmallFile.read(file)) ?? nil {
            return text.split(separator: " ").compactMap { Int32($0.trimmed) }
        }
        return pids.filter { facts(of: $0)?.parent == pid }
    }

    /// Ticks of processor time that a process has used: a measure of whether it does anything.
    func processorTicks(of pid: Int32) -> Int64 {
        guard let text = (try? SmallFile.read(root.appending("\(pid)").appending("stat"))) ?? nil,
            let nameEnd = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        return fields.count > 12 ? (Int64(fields[11]) ?? 0) + (Int64(fields[12]) ?? 0) : 0
    }

    /// Whether a process holds flock(2) on this file, by itself or by inheritance; nil when we may not look.
    func holdsLock(on file: FileIdentity, pid: Int32) -> Bool? {
        let folder = root.appending("\(pid)")
        // Not being allowed to look is an answer of its own.
        guard let descriptors = (try? FileTree.names(in: folder.appending("fd"))) ?? nil else { return nil }
        return descriptors.contains { number in
            guard FileIdentity(of: folder.appending("fd").appending(number)) == file else { return false }
            let details = ((try? SmallFile.read(folder.appending("fdinfo").appending(number))) ?? nil) ?? ""
            return details.split(separator: "\n").contains { $0.hasPrefix("lock:") && $0.contains("FLOCK") }
        }
    }

    /// Processes that have a descriptor of a socket, by the socket's inode number.
    func processes(holdingSocket inode: UInt64) -> [Int32] {
        let target = FilePath("socket:[\(inode)]")
        return pids.filter { pid in
            let folder = root.appending("\(pid)").appending("fd")
            return (((try? FileTree.names(in: folder)) ?? nil) ?? []).contains { link(folder.appending($0)) == target }
        }
    }

    /// Seconds since 1970 when the machine started, by the wall clock of now.
    private func bootTime() -> Int64 {
        let text = ((try? SmallFile.read(root.appending("stat"), limit: 1 << 22)) ?? nil) ?? ""
        for line in text.split(separator: "\n") where line.hasPrefix("btime ") {
            return Int64(line.dropFirst(6)) ?? 0
        }
        return 0
    }

    private func link(_ path: FilePath) -> FilePath? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBufferPointer { bytes -> Int in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { return 0 }
                return readlink(path.string, start, characters.count)
            }
        }
        return count > 0 ? FilePath(String(decoding: buffer[..<count], as: UTF8.self)) : nil
    }
}
