import Foundation
import Testing

/// Every command that the operator's pages show in a block of `sh` is run, in order, on one installation.
@Suite(.twoAtATime)
struct OperationsPagesTests {
    @Test(arguments: [("upgrade", 5), ("single-instance", 3), ("standby", 1), ("credentials", 7)])
    func everyCommandOfThePageWorks(_ page: String, _ atLeast: Int) async throws {
        let commands = try Self.commands(page)
        #expect(commands.count >= atLeast, "\(commands)")
        try await TestFolder.with { folder in
            let binaries = try ServerMajors.folder(18)
            let mailmill = try Installation(in: folder, collect: [], database: ", binaries: \(binaries)")
            try await mailmill.serveDatabase()
            for command in commands {
                let program = try await mailmill.run(command)
                #expect(program.ending == .status(0), "\(command): \(program.errors)")
                #expect(!program.output.isEmpty, "\(command) said nothing")
                try await mailmill.waitUntilAnswering()
            }
        }
    }

    /// Words after `mailmill` of each line in the page's blocks of `sh`.
    private static func commands(_ page: String) throws -> [[String]] {
        let path = "\(FileManager.default.currentDirectoryPath)/docs/operations/\(page).md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var commands: [[String]] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```sh"
            } else if isInside {
                let words = line.split(separator: " ").map(String.init)
                guard words.first == "mailmill" else { throw TestTrouble("\(page).md: not a command of ours: \(line)") }
                commands.append(Array(words.dropFirst()))
            }
        }
        return commands
    }
}
