internal import Foundation

/// What the kernel tells of a process.
package struct ProcessFigures: Sendable {
    /// On processors, user and system together.
    package let processorTime: Duration
    /// The most memory that was resident at any time.
    package let peakBytes: Int
    package let residentBytes: Int

    /// - Parameter pid: nil for this process.
    package init(of pid: Int32? = nil) throws {
        let folder = "/proc/\(pid.map { String($0) } ?? "self")"
        let stat = try String(contentsOfFile: folder + "/stat", encoding: .utf8)
        // The name in parentheses may hold anything; behind it stand the fields from the third on (proc(5)).
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst().map(
            String.init
        )
        let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
        processorTime = .microseconds(ticks * 1_000_000 / max(1, sysconf(Int32(_SC_CLK_TCK))))
        let status = try String(contentsOfFile: folder + "/status", encoding: .utf8)
        func kilobytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(separator: "\t").last?.split(separator: " ").first.flatMap { Int($0) } ?? 0
        }
        peakBytes = kilobytes("VmHWM") << 10
        residentBytes = kilobytes("VmRSS") << 10
    }
}
