internal import SystemPackage

/// Judges what each part of a cluster lies on, before a byte is written there.
struct FileSystemCheck: Sendable {
    let probe: any FileSystemProbe
    /// Names that an operator accepts although they are refused.
    let allowed: Set<String>

    init(probe: any FileSystemProbe, allowed: [String]) {
        self.probe = probe
        self.allowed = Set(allowed)
    }

    /// What was found acceptable.
    struct Outcome: Sendable, Equatable {
        var kind: FileSystemKind
        var facts: FileSystemFacts
        var warnings: [String]
        /// The refused kind that was accepted because its name is allowed.
        var overridden: Bool
    }

    /// - Throws: `fileSystemRefused` or `fileSystemReadOnly`.
    func check(_ path: FilePath) throws -> Outcome {
        let facts = try probe.facts(of: path)
        let kind = FileSystemKind.identified(by: facts.magic)
        guard !facts.options.contains("ro") else {
            throw PostgresServerError.fileSystemReadOnly(path: path, mountPoint: facts.mountPoint)
        }
        var warnings = Self.dangerousOptions(facts).map { "\(facts.mountPoint) is mounted with \($0)" }
        switch kind.verdict {
        case .accept:
            return Outcome(kind: kind, facts: facts, warnings: warnings, overridden: false)
        case .warn:
            warnings.insert("\(path) is on \(kind.name): \(kind.reason)", at: 0)
            return Outcome(kind: kind, facts: facts, warnings: warnings, overridden: false)
        case .refuse:
            guard allowed.contains(kind.name) else {
                throw PostgresServerError.fileSystemRefused(
                    path: path,
                    name: kind.name,
                    mountPoint: facts.mountPoint,
                    reason: kind.reason
                )
            }
            warnings.insert(
                "\(path) is on \(kind.name), accepted by database.allow_file_systems: \(kind.reason)",
                at: 0
            )
            return Outcome(kind: kind, facts: facts, warnings: warnings, overridden: true)
        }
    }

    /// Options with which a power cut damages what fsync had promised.
    private static func dangerousOptions(_ facts: FileSystemFacts) -> [String] {
        ["nobarrier", "barrier=0", "data=writeback", "sync=disabled"].filter(facts.options.contains)
    }
}
