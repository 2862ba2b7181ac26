import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct InitialiseTests {
    @Test func aClusterIsMadeWholeWithChecksumsAndNoTrust() async throws {
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server()
            let outcome = try await server.initialise()
            #expect(outcome.created)
            let account = try Scratch.account()
            #expect(outcome.account == account.name)

            let folder = try Stat(server.cluster.path)
            #expect(folder.userID.rawValue == account.userID)
            #expect(folder.permissions.rawValue & 0o777 == 0o700)
            #expect(try ControlData.read(server.cluster, with: server.binaries()).hasChecksums)
            #expect(try scratch.rootNames() == ["cluster"])

            let rules = try server.cluster.authentication.text()
            #expect(AuthenticationReview.refusals(in: rules, file: "/hba") == [])
            for file in ["pg_hba.conf", "postgresql.conf", "conf.d/10-managed.conf", "conf.d/90-local.conf"] {
                let facts = try Stat(server.cluster.path.appending(file))
                #expect(facts.permissions.rawValue & 0o777 == 0o600, "\(file)")
            }
        }
    }

    @Test func makingItAgainTouchesNothing() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try server.cluster.localConfiguration.append("work_mem = 9MB\n")
            let before = try Stat(server.cluster.localConfiguration)
            let outcome = try await server.initialise()
            #expect(!outcome.created)
            #expect(try Stat(server.cluster.localConfiguration).inode == before.inode)
        }
    }

    @Test func aFolderWithOtherFilesIsLeftAlone() async throws {
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server()
            try FileManager.default.createDirectory(
                atPath: server.cluster.path.string,
                withIntermediateDirectories: true
            )
            try server.cluster.path.appending("precious.txt").write("x")
            await #expect {
                _ = try await server.initialise()
            } throws: {
                "\($0)".contains("holds other files (precious.txt)")
            }
            #expect(try FileTree.names(in: server.cluster.path) == ["precious.txt"])
        }
    }

    @Test func aClusterOfOtherToolsIsLeftAlone() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try FileTree.unlink(server.cluster.managedConfiguration)
            for verb in ["initialise", "start"] {
                await #expect {
                    _ = verb == "start" ? try await server.start().started : try await server.initialise().created
                } throws: {
                    "\($0)".contains("was not made by Mailmill")
                }
            }
        }
    }

    @Test func aMajorThatIsNotInstalledNamesItsPackage() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try server.cluster.versionFile.write("42\n")
            await #expect {
                _ = try await server.start()
            } throws: {
                "\($0)".contains("the cluster is of PostgreSQL 42") && "\($0)".contains("postgresql-42")
            }
        }
    }

    @Test(.enabled(if: Scratch.isRoot)) func aFolderOfSomebodyElseIsNotTaken() async throws {
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server()
            try FileManager.default.createDirectory(atPath: scratch.root.string, withIntermediateDirectories: true)
            try scratch.root.appending("theirs").write("x")
            chown(scratch.root.string, 65534, 65534)
            await #expect {
                _ = try await server.initialise()
            } throws: {
                "\($0)".contains("belongs to nobody, and the server runs as mailmill-test")
            }
            #expect(try Stat(scratch.root).userID.rawValue == 65534)
        }
    }

    @Test(.enabled(if: Scratch.isRoot)) func anAccountThatIsMissingIsNamedWithItsRemedy() async throws {
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server { $0.account = "no-such-account" }
            await #expect {
                _ = try await server.initialise()
            } throws: {
                "\($0)".contains("useradd --system") && "\($0)".contains("no-such-account")
            }
            let asRoot = try scratch.server { $0.account = "root" }
            await #expect {
                _ = try await asRoot.initialise()
            } throws: {
                "\($0)".contains("PostgreSQL refuses to run as root")
            }
            #expect(try scratch.rootNames() == nil)
        }
    }

    @Test func killedAtAnyMomentItLeavesNothingOrAllAndWorksTheNextTime() async throws {
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server()
            var generator = SystemRandomNumberGenerator()
            var whole = 0
            for _ in 0..<6 {
                let process = try ServerProcess("init", scratch)
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...900, using: &generator)))
                try await process.killSession()
                // A launcher that was born while its family was being killed goes on to its end.
                try await eventually("nobody is at work") { try ClusterLock.holder(of: scratch.root) == .nobodySeen }
                if try server.cluster.major() != nil {
                    whole += 1
                    try server.cluster.checkMadeByMailmill()
                    #expect(
                        try await command(
                            try server.binaries().path(of: "pg_controldata"),
                            [server.cluster.path.string]
                        ).status.succeeded
                    )
                    try FileTree.remove(server.cluster.path)
                }
            }
            #expect(try await server.initialise().created)
            #expect(try scratch.rootNames() == ["cluster"])
            _ = try await server.start()
            #expect(try await server.text("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'mailmill%'") == "7")
        }
    }

    @Test func aFailureLeavesNothingBehindAndSaysWhy() async throws {
        try await withScratch(cluster: false) { scratch in
            // An initdb that fails after having written.
            let real = try BinarySearch().find(major: nil)
            let folder = scratch.folder.appending("bin")
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
            for tool in ["postgres", "pg_controldata"] {
                symlink(real.path(of: tool).string, folder.appending(tool).string)
            }
            try makeScript(
                folder.appending("initdb"),
                "touch \"$2/half\"\necho 'initdb: error: invented' >&2\nexit 3"
            )
            let making = ServerBinaries(directory: folder, version: real.version)
            let launcher = Launcher(command: try Scratch.launcher())
            let settings = try scratch.settings()
            try FolderMaking.establish(scratch.root, for: try Scratch.account(), permissions: 0o755)
            let order = LaunchOrder(
                task: .initialise,
                settings: settings,
                account: try Scratch.account(),
                binaries: making
            )
            await #expect {
                _ = try await BlockingWork.run { try launcher.run(order) }
            } throws: {
                "\($0)".contains("nothing was left behind") && "\($0)".contains("initdb: error: invented")
            }
            #expect(try scratch.rootNames() == [])
        }
    }

    @Test func manyAtOnceMakeOneCluster() async throws {
        try await withScratch(cluster: false) { scratch in
            let processes = try (0..<6).map { _ in try ServerProcess("init", scratch) }
            var created = 0
            for process in processes {
                let (status, output) = try await process.ended()
                if output.contains("created") { created += 1 }
                #expect(status.succeeded || output.contains("another `database init` is at work"), "\(output)")
            }
            #expect(created == 1)
            #expect(try scratch.rootNames() == ["cluster"])
        }
    }
}
