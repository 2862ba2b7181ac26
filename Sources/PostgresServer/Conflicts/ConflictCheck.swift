internal import SystemPackage

/// Finds out, before a start, who else uses the socket or the port. Touches nothing.
struct ConflictCheck: Sendable {
    let layout: ClusterLayout
    let settings: ServerSettings
    let processes: ProcessTable

    /// - Throws: `socketInUse`, `portInUse`, with the owner where it can be seen.
    func run() throws {
        try checkSocket()
        try checkPorts()
    }

    private func checkSocket() throws {
        let text = try SmallFile.read(processes.root.appending("net").appending("unix"), limit: 1 << 24) ?? ""
        let names = [layout.socket, try KernelFileSystemProbe.nearestExisting(layout.socket)].map(\.string).uniqued()
        for name in names {
            guard let inode = SocketTable.unixListener(path: name, in: text) else { continue }
            throw PostgresServerError.socketInUse(path: layout.socket, owner: owner(inode) ?? lockOwner())
        }
    }

    private func checkPorts() throws {
        guard !settings.listenAddresses.isEmpty else { return }
        let listeners = try ["tcp", "tcp6"].flatMap { name in
            let file = processes.root.appending("net").appending(name)
            return SocketTable.tcpListeners(in: try SmallFile.read(file, limit: 1 << 24) ?? "")
        }
        for address in settings.listenAddresses {
            let found = listeners.first { $0.port == settings.port && SocketTable.conflicts($0, with: address) }
            guard let found else { continue }
            throw PostgresServerError.portInUse(address: found.text, port: found.port, owner: owner(found.inode))
        }
    }

    /// A child that has inherited the socket is not its owner.
    private func owner(_ inode: UInt64) -> ProcessName? {
        let holders = processes.processes(holdingSocket: inode)
        let owner = holders.first { pid in processes.facts(of: pid).map { !holders.contains($0.parent) } ?? false }
        return (owner ?? holders.first).map { ProcessName($0, in: processes) }
    }

    /// Another PostgreSQL names itself in the lock file beside its socket.
    private func lockOwner() -> ProcessName? {
        // Whoever owns the socket stays unnamed when we may not read this.
        guard let text = (try? SmallFile.read(layout.socketLock, limit: 4096)) ?? nil,
            let pid = text.split(separator: "\n").first.flatMap({ Int32($0.trimmed) })
        else { return nil }
        return ProcessName(abs(pid), in: processes)
    }
}
