import Foundation

/// A small file system below a test's folder, to be filled: ext4 in a file, or in memory where the machine has no loop
/// devices. Only root can make one.
struct SmallDisk: Sendable {
    static let canBeMade = geteuid() == 0

    let path: String
    private let folder: TestFolder

    /// Makes one of so many MiB, hands it to `body`, and takes it away again.
    static func with(
        _ name: String,
        mebibytes: Int,
        in folder: TestFolder,
        _ body: (SmallDisk) async throws -> Void
    ) async throws {
        let disk = SmallDisk(path: try folder.folder(name), folder: folder)
        let image = "\(folder.path)/\(name).image"
        let script = """
            truncate -s \(mebibytes)M \(image) && mkfs.ext4 -q -m 0 \(image) && mount -o loop \(image) \(disk.path) \
            || { echo 'in memory'; mount -t tmpfs -o size=\(mebibytes)m tmpfs \(disk.path); }
            chmod 755 \(disk.path)
            stat -f -c %T \(disk.path)
            """
        print("\(name): \(mebibytes) MiB of \(try await disk.shell(script))")
        do {
            try await body(disk)
        } catch {
            try await disk.shell("umount -l \(disk.path)")
            throw error
        }
        try await disk.shell("umount -l \(disk.path)")
    }

    /// Fills it to the last byte.
    func fill() async throws {
        try await shell(
            "dd if=/dev/zero of=\(path)/fill bs=1M 2>/dev/null || dd if=/dev/zero of=\(path)/fill2 bs=1k 2>/dev/null || :"
        )
    }

    func empty() async throws {
        try await shell("rm -f \(path)/fill \(path)/fill2")
    }

    @discardableResult
    private func shell(_ script: String) async throws -> String {
        let run = try Program("/bin/sh", ["-c", script], in: folder)
        guard try await run.finish() == .status(0) else { throw TestTrouble("\(script): \(run.errors)") }
        return run.output.trimmingCharacters(in: .newlines)
    }
}
