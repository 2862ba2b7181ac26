internal import BenchmarkSupport
internal import Foundation
internal import PostgresServer
internal import SystemPackage

/// pgBackRest and PostgreSQL as an operator would run them by hand, on the same repository.
struct BareTools {
    let scratch: ScratchDatabase
    let folder: FilePath

    private var engine: [String] {
        ["/usr/bin/pgbackrest", "--config=\(scratch.root)/backup/engine.conf", "--stanza=mailmill"]
    }

    func backup() throws {
        try run(engine + ["--type=full", "backup"])
    }

    func restore(into root: FilePath) throws {
        try run(["/bin/mkdir", "-p", root.string], asAccount: false)
        try run(["/bin/chown", scratch.account, root.string], asAccount: false)
        let cluster = root.appending("cluster").string
        try run(engine + ["--pg1-path=\(cluster)", "--type=default", "restore"])
        let control = try scratch.server.binaries().path(of: "pg_ctl").string
        let options = "-c archive_mode=off -c hot_standby=off -c listen_addresses= -c unix_socket_directories=\(root)"
        try run([control, "-D", cluster, "-l", "\(root)/log", "-w", "-t", "600", "-o", options, "start"])
        try run([control, "-D", cluster, "-w", "-t", "600", "stop"])
    }

    private func run(_ command: [String], asAccount: Bool = true) throws {
        let drop =
            geteuid() == 0 && asAccount
            ? ["/usr/bin/setpriv", "--reuid=\(scratch.account)", "--regid=\(scratch.account)", "--clear-groups", "--"]
            : []
        let all = drop + command
        let process = Process()
        process.executableURL = URL(fileURLWithPath: all[0])
        process.arguments = Array(all.dropFirst())
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "\(command.joined(separator: " ")): status \(process.terminationStatus)"
            )
        }
    }

    /// A tool that did not end well.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
