import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

/// Real mounts. Only root can make them.
@Suite(.enabled(if: Scratch.isRoot, "mounting needs root: these tests were not run"), .timeLimit(.minutes(15)))
struct RefusedMountTests {
    @Test func aMemoryFileSystemIsRefusedBeforeAByteIsWritten() async throws {
        try await withMount("size=300m") { mount, scratch in
            let server = try scratch.server {
                $0.root = mount.appending("db")
                $0.allowedFileSystems = []
            }
            await #expect {
                _ = try await server.initialise()
            } throws: { error in
                "\(error)".contains("is on tmpfs (mounted at \(mount)), which is refused")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: mount.string) == [])
        }
    }

    @Test func aReadOnlyMountIsRefused() async throws {
        try await withMount("size=300m,ro") { mount, scratch in
            let server = try scratch.server {
                $0.root = mount.appending("db")
                $0.allowedFileSystems = ["tmpfs"]
            }
            await #expect(throws: PostgresServerError.fileSystemReadOnly(path: server.layout.root, mountPoint: mount)) {
                _ = try await server.initialise()
            }
        }
    }

    @Test func anAcceptedRiskIsShownForEver() async throws {
        try await withMount("size=3g") { mount, scratch in
            let server = try scratch.server {
                $0.root = mount.appending("db")
                $0.allowedFileSystems = ["tmpfs"]
            }
            let outcome = try await server.initialise()
            #expect(outcome.warnings.contains { $0.contains("tmpfs, accepted by database.allow_file_systems") })
            _ = try await server.start()
            _ = try await server.stop()
            let status = await server.status()
            #expect(status.fileSystemOverrides.contains { $0.name == "tmpfs" && $0.path == server.layout.root.string })
            #expect(status.alarms.contains { $0.contains("although refused") })
            // The setting is gone: the server is not started any more, and the mark stays.
            let strict = try scratch.server {
                $0.root = mount.appending("db")
                $0.allowedFileSystems = []
            }
            await #expect(throws: PostgresServerError.self) { _ = try await strict.start() }
            #expect(await strict.status().fileSystemOverrides.count == status.fileSystemOverrides.count)
        }
    }

    @Test func aDiskTooSmallIsRefusedWithFigures() async throws {
        try await withMount("size=300m") { mount, scratch in
            let server = try scratch.server {
                $0.root = mount.appending("db")
                $0.allowedFileSystems = ["tmpfs"]
            }
            await #expect {
                _ = try await server.initialise()
            } throws: { error in
                guard case PostgresServerError.diskTooFull(_, let free, let needed, _) = error else { return false }
                return free < needed && "\(error)".contains("300.0 MiB free") && "\(error)".contains("\(needed)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: mount.string) == [])
        }
    }

    @Test func ballastIsGivenBackWhenTheDiskIsFullAndAServerMustStart() async throws {
        try await withMount("size=3g") { mount, scratch in
            let server = try scratch.server {
                $0.root = mount.appending("db")
                $0.allowedFileSystems = ["tmpfs"]
                $0.ballast = .mebibytes(256)
            }
            _ = try await server.initialise()
            _ = try await server.start()
            #expect(await server.status().ballast == .mebibytes(256))
            _ = try await server.stop()

            let filler = mount.appending("filler")
            let free = try DiskSpace.measure(mount).free
            _ = try await command("/usr/bin/fallocate", ["-l", "\((free - .mebibytes(8)).bytes)", filler.string])
            let status = await server.status()
            #expect(status.alarms.contains { $0.contains("ingest waits") })
            _ = try await server.start()
            #expect(await server.status().ballast == .zero)
            _ = try await server.stop()

            let rest = try DiskSpace.measure(mount).free
            let second = mount.appending("second")
            _ = try await command("/usr/bin/fallocate", ["-l", "\((rest - .mebibytes(8)).bytes)", second.string])
            await #expect {
                _ = try await server.start()
            } throws: { error in
                "\(error)".contains("8.0 MiB free, and starting needs 48.0 MiB")
            }
        }
    }

    private func withMount(_ options: String, _ body: (FilePath, Scratch) async throws -> Void) async throws {
        try await withScratch(cluster: false) { scratch in
            let mount = scratch.folder.appending("mount")
            try FileManager.default.createDirectory(atPath: mount.string, withIntermediateDirectories: false)
            let run = try await command("/bin/mount", ["-t", "tmpfs", "-o", options, "none", mount.string])
            try #require(run.status.succeeded, "\(run.errors)")
            do {
                try await body(mount, scratch)
            } catch {
                Issue.record(error)
            }
            _ = try? await scratch.server { $0.root = mount.appending("db") }.stop(.immediate)
            _ = try await command("/bin/umount", ["-l", mount.string])
        }
    }
}
