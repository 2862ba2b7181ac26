/// A process as messages name it.
package struct ProcessName: Sendable, Equatable, Codable, CustomStringConvertible {
    package let pid: Int32
    /// Title or command line, shortened.
    package let command: String

    package init(pid: Int32, command: String) {
        self.pid = pid
        self.command = command.count > 80 ? command.prefix(77) + "..." : command
    }

    init(_ pid: Int32, in table: ProcessTable) {
        self.init(pid: pid, command: table.commandLine(of: pid) ?? "unknown program")
    }

    package var description: String { "\(command) (pid \(pid))" }
}
