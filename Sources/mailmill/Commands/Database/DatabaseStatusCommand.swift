import ArgumentParser
import Foundation
import PostgresServer

struct DatabaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the server is.",
        discussion:
            "Exit status of the Linux Standard Base: 0 running, 1 dead with its PID file, 3 not running, 4 unknown."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let settings = try global.settings()
        var status = await settings.server.status()
        let backups = status.backup.map { BackupHealth(status: $0, settings: settings.backup) }
        status.alarms += backups?.alarms ?? []
        switch output.format {
        case .json: Terminal.print(try EncodedJSON.text(status))
        case .csv: Terminal.print(Self.table(status, backups).csv())
        case .table: Terminal.print(Self.lines(status, backups))
        }
        if status.exitCode != 0 { throw ExitCode(status.exitCode) }
    }

    private static func table(_ status: ServerStatus, _ backups: BackupHealth?) -> TextTable {
        var table = TextTable(columns: [.text("what"), .text("value")])
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { table.rows.append([name, value]) }
        }
        add("state", status.state.rawValue + (status.activity.map { ": \($0)" } ?? ""))
        add("version", status.version.map { "PostgreSQL \($0)" })
        add("pid", status.pid.map(String.init))
        add("uptime", status.uptime.map { Duration.seconds($0).formatted(.units(maximumUnitCount: 2)) })
        add("started by", status.starter.map { "\($0)" })
        add("root folder", status.root)
        add("cluster", status.cluster)
        add("socket", status.socket)
        add(
            "TCP",
            status.listenAddresses.isEmpty
                ? "off" : status.listenAddresses.joined(separator: ", ") + " port \(status.port)"
        )
        add("file system", status.fileSystem)
        for override in status.fileSystemOverrides {
            add("accepted although refused", "\(override.name) at \(override.path) since \(override.since)")
        }
        let sessions = status.connections.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        if status.pid != nil { add("sessions", "\(sessions.joined(separator: ", ")) of \(status.maxConnections)") }
        add("disk", status.disk.map { "\($0.free) free of \($0.total)" })
        add("ballast", status.ballast.map { "\($0)" })
        table.rows += backups?.rows ?? []
        return table
    }

    private static func lines(_ status: ServerStatus, _ backups: BackupHealth?) -> String {
        let rows = table(status, backups).rows
        let width = rows.map { $0[0].count }.max() ?? 0
        var lines = rows.map { $0[0] + String(repeating: " ", count: width - $0[0].count + 2) + $0[1] }
        lines += status.alarms.map { "ALARM: \($0)" }
        return lines.joined(separator: "\n")
    }
}
