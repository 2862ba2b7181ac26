internal import SystemPackage

/// Memory that this machine, or the control group we run in, lets us use.
enum MachineMemory {
    static func total(
        meminfo: FilePath = "/proc/meminfo",
        groupLimit: FilePath = "/sys/fs/cgroup/memory.max"
    ) -> ByteCount {
        // An unreadable file only means that a cautious size is planned.
        let installed = (try? SmallFile.read(meminfo)).flatMap(\.self).flatMap(parse(meminfo:)) ?? .gibibytes(1)
        let limit = (try? SmallFile.read(groupLimit)).flatMap(\.self).flatMap(parse(limit:))
        return min(installed, limit ?? installed)
    }

    static func parse(meminfo: String) -> ByteCount? {
        for line in meminfo.split(separator: "\n") where line.hasPrefix("MemTotal:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { ByteCount($0 * 1024) }
        }
        return nil
    }

    /// `max` means no limit.
    static func parse(limit: String) -> ByteCount? {
        limit.split(separator: "\n").first.flatMap { Int64($0) }.map { ByteCount($0) }
    }
}
