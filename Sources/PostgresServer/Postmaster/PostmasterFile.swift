package import SystemPackage

/// What `postmaster.pid` tells. PostgreSQL writes lines 1 to 5 when it takes the directory, 6 to 8 a little later.
package struct PostmasterFile: Sendable, Equatable {
    /// Line 8, padded with spaces there.
    package enum Status: String, Sendable, Codable {
        case starting, stopping, ready, standby
    }

    package let pid: Int32
    /// The directory is used by a single-user backend, which writes its pid negated.
    package let isSingleUser: Bool
    package let directory: FilePath
    /// Seconds since 1970 when it started, by the wall clock of then.
    package let startedAt: Int64
    package let port: Int?
    package let socketDirectory: FilePath?
    package let listenAddress: String?
    package let status: Status?

    /// What lies where the PID file should be.
    enum Content: Sendable, Equatable {
        case missing
        case empty
        /// Something that PostgreSQL cannot have written. Its beginning is kept for the message.
        case damaged(String)
        case file(PostmasterFile)
    }

    static func read(_ path: FilePath) throws -> Content {
        guard let text = try SmallFile.read(path, limit: 8192) else { return .missing }
        return parse(text)
    }

    static func parse(_ text: String) -> Content {
        guard text.utf8.contains(where: { $0 > 32 }) else { return .empty }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmed }
        let field = { (index: Int) -> String? in
            lines.indices.contains(index) && !lines[index].isEmpty ? lines[index] : nil
        }
        guard let pid = field(0).flatMap({ Int32($0) }), pid != 0, pid != .min, let directory = field(1),
            directory.hasPrefix("/"), let startedAt = field(2).flatMap({ Int64($0) })
        else {
            return .damaged(String(text.prefix(40)))
        }
        return .file(
            PostmasterFile(
                pid: abs(pid),
                isSingleUser: pid < 0,
                directory: FilePath(directory),
                startedAt: startedAt,
                port: field(3).flatMap { Int($0) },
                socketDirectory: field(4).map { FilePath($0) },
                listenAddress: field(5),
                status: field(7).flatMap { Status(rawValue: $0) }
            )
        )
    }
}

extension Substring {
    /// Without spaces at either end.
    var trimmed: String {
        let head = drop { $0.isWhitespace }
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}
