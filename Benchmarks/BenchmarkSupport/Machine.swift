internal import Foundation

/// What the figures were measured on.
package enum Machine {
    package static func describe() {
        // A machine without these files is described by less.
        let processor = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let model = processor?.split(separator: "\n").first { $0.hasPrefix("model name") }
        let release = try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)
        let system = release?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        tell("date: \(Date().formatted(.iso8601.year().month().day()))")
        tell(model.map { "processor: \($0.drop { $0 != ":" }.dropFirst(2))" } ?? "processor: unknown")
        tell("cores: \(ProcessInfo.processInfo.activeProcessorCount), memory: \(memory) GiB, load: \(load)")
        tell(system.map { "system: \($0.dropFirst(12))" } ?? "system: unknown")
        tell("swift: \(swiftVersion), \(build)")
    }

    private static var memory: Int { Int(ProcessInfo.processInfo.physicalMemory >> 30) }

    /// What else the machine does: figures of a busy one are worth less.
    static var load: String {
        // A machine without it does not tell.
        let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        return text?.split(separator: " ").first.map(String.init) ?? "unknown"
    }

    private static var swiftVersion: String {
        #if swift(>=6.4)
        "6.4 or later"
        #elseif swift(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    private static var build: String {
        #if DEBUG
        "DEBUG BUILD: the figures mean nothing"
        #else
        "release build"
        #endif
    }
}
