import Foundation

/// A host within this machine: processes, mounts, a name and a network of its own; files are those of all. Only root can
/// make one. It lives until it is lost, or its folder is cleared.
final class Host: Sendable {
    static let canBeMade = geteuid() == 0

    let name: String
    private let folder: TestFolder
    private let keeper: Program
    /// Its first process, as seen from outside.
    let first: pid_t

    init(_ name: String, in folder: TestFolder) async throws {
        self.name = name
        self.folder = folder
        // The shell reaps what loses its parent, as the first process of a host does.
        let body = "hostname \(name) && ip link set lo up && exec bash -c 'sleep infinity & wait'"
        let namespaces = ["--net", "--pid", "--ipc", "--mount", "--uts", "--fork", "--kill-child", "--mount-proc"]
        let keeper = try Program("/usr/bin/unshare", namespaces + ["/bin/bash", "-c", body], in: folder)
        self.keeper = keeper
        first = try await eventually("the first process of \(name)", every: .milliseconds(5)) {
            guard keeper.ending == nil else { throw TestFailure("unshare: \(keeper.errors)") }
            return ProcessTable.entries(inside: folder.path).map(\.pid).first { pid in
                ProcessTable.parent(of: pid) == keeper.pid
            }
        }
        try await eventually("\(name) is up", every: .milliseconds(5)) {
            try await self.run("/bin/hostname").output == name + "\n"
        }
    }

    /// Words before a command that has to run on this host.
    var entering: [String] {
        ["/usr/bin/nsenter", "--target", "\(first)", "--net", "--pid", "--ipc", "--mount", "--uts", "--"]
    }

    /// Runs a command on it that must succeed.
    @discardableResult
    func run(_ words: String...) async throws -> Program {
        let all = entering + words
        let program = try Program(all[0], Array(all.dropFirst()), in: folder)
        guard try await program.finish() == .status(0) else {
            throw TestTrouble("on \(name): `\(words.joined(separator: " "))`: \(program.errors)")
        }
        return program
    }

    /// Lays a cable to another host.
    ///
    /// - Parameter network: the first three numbers of addresses; this host becomes `.1`, the other `.2`.
    func connect(to other: Host, network: String) async throws {
        let (end, otherEnd) = ("to-\(other.name)", "to-\(name)")
        let cable = try Program(
            "/sbin/ip",
            [
                "link", "add", end, "netns", "\(first)", "type", "veth", "peer", "name", otherEnd, "netns",
                "\(other.first)",
            ],
            in: folder
        )
        guard try await cable.finish() == .status(0) else { throw TestTrouble("ip link add: \(cable.errors)") }
        for (host, device, number) in [(self, end, 1), (other, otherEnd, 2)] {
            try await host.run("/sbin/ip", "address", "add", "\(network).\(number)/24", "dev", device)
            try await host.run("/sbin/ip", "link", "set", device, "up")
        }
    }

    /// Cuts the cable to another host, or mends it.
    func cable(to other: Host, isWhole: Bool) async throws {
        try await run("/sbin/ip", "link", "set", "to-\(other.name)", isWhole ? "up" : "down")
    }

    /// The power goes: every process on it is gone at once.
    func lose() async throws {
        kill(first, SIGKILL)
        try await keeper.finish()
    }
}
