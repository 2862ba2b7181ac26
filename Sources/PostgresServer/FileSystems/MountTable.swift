package import SystemPackage

/// A mounted file system, a line of /proc/self/mountinfo (proc(5)).
package struct Mount: Sendable, Equatable {
    package let mountPoint: FilePath
    package let type: String
    package let source: String
    /// Options of the mount and of the file system together.
    package let options: Set<String>
}

/// What is mounted where.
struct MountTable: Sendable {
    let mounts: [Mount]

    init(text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            guard let separator = fields.firstIndex(of: "-"), separator >= 6, fields.count > separator + 3 else {
                return nil
            }
            return Mount(
                mountPoint: FilePath(Self.unescape(fields[4])),
                type: fields[separator + 1],
                source: Self.unescape(fields[separator + 2]),
                options: Set((fields[5] + "," + fields[separator + 3]).split(separator: ",").map(String.init))
            )
        }
    }

    /// The mount that holds a path: the longest mount point above it, the last one mounted when several are equal.
    func mount(holding path: FilePath) -> Mount? {
        mounts.enumerated()
            .filter { path.starts(with: $0.element.mountPoint) }
            .max { left, right in
                let lengths = (left.element.mountPoint.components.count, right.element.mountPoint.components.count)
                return lengths.0 == lengths.1 ? left.offset < right.offset : lengths.0 < lengths.1
            }?
            .element
    }

    /// Space, tab, newline and backslash arrive as `\040` and the like.
    static func unescape(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
