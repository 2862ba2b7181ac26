import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct BinarySearchTests {
    @Test(arguments: [
        ("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n", 15, 20), ("postgres (PostgreSQL) 18.4\n", 18, 4),
        ("postgres (PostgreSQL) 19devel\n", 19, 0), ("postgres (PostgreSQL) 18beta1\n", 18, 0),
    ])
    func versionsAreRead(text: String, major: Int, minor: Int) {
        #expect(ServerVersion(programOutput: text) == ServerVersion(major: major, minor: minor))
    }

    @Test func otherOutputIsNoVersion() {
        #expect(ServerVersion(programOutput: "bash: postgres: not found") == nil)
        #expect(ServerVersion(number: 150020) == ServerVersion(major: 15, minor: 20))
    }

    @Test func theDistributionsServerIsFound() throws {
        let found = try BinarySearch().find(major: nil)
        #expect(found.version.major >= ServerBinaries.oldestMajor)
        #expect(try found.tools().contains("pg_dump"))
    }

    @Test func majorsLieSideBySideAndTheClustersOwnIsTaken() throws {
        try withInstallations(["14": "14.11", "15": "15.2", "17": "17.1", "x": "99.1"], extra: "16.3") {
            (search) throws in
            #expect(try search.all().map(\.version.description) == ["17.1", "16.3", "15.2"])
            #expect(try search.find(major: nil).version.major == 17)
            #expect(try search.find(major: 15).version.minor == 2)
            #expect(try search.find(major: 16).directory.lastComponent == "extra")
        }
    }

    @Test func aMissingMajorNamesItsPackage() throws {
        try withInstallations(["15": "15.2"], extra: nil) { (search) throws in
            #expect {
                try search.find(major: 18)
            } throws: { error in
                "\(error)".contains("PostgreSQL 18, which is not installed")
                    && "\(error)".contains("apt-get install postgresql-18")
                    && "\(error)".contains("found 15.2")
            }
        }
    }

    @Test func noServerAtAllNamesThePackage() throws {
        try withInstallations(["14": "14.11"], extra: nil) { (search) throws in
            #expect {
                try search.find(major: nil)
            } throws: {
                "\($0)".contains("install the package postgresql-15")
            }
        }
    }

    /// Folders of shell scripts that say a version.
    @Test func theSettingsFolderMayHoldAFolderAMajor() throws {
        let versions = ["15": "15.9", "extra/18": "18.1", "extra/16": "16.2"]
        try withInstallations(versions, extra: "17.2") { (search) throws in
            #expect(try search.all().map(\.version.major) == [18, 17, 16, 15])
        }
    }

    private func withInstallations(
        _ versions: [String: String],
        extra: String?,
        _ body: (BinarySearch) throws -> Void
    ) throws {
        let scratch = try Scratch()
        defer { _ = try? FileTree.remove(scratch.folder) }
        for (folder, version) in versions {
            try install(scratch.folder.appending(folder).appending("bin"), version)
        }
        let extraFolder = scratch.folder.appending("extra")
        if let extra { try install(extraFolder, extra) }
        try body(BinarySearch(distributionFolder: scratch.folder, extraDirectory: extra == nil ? nil : extraFolder))
    }

    private func install(_ folder: FilePath, _ version: String) throws {
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        for tool in ["postgres", "initdb", "pg_controldata"] {
            try makeScript(folder.appending(tool), "echo 'postgres (PostgreSQL) \(version)'")
        }
    }
}
