import ArgumentParser
import PostgresServer
import SystemPackage

struct DatabaseArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Writes the stopped database as one file, for a machine of the same architecture.",
        discussion:
            "A tar file compressed by zstd, with a checksum of every file. `mailmill dump` is for any other machine, and needs no stop. "
            + "One that was interrupted is made anew under the same name."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "File to make, such as mailmill.tar.zst.")
    var file: String

    func run() async throws {
        let settings = try global.settings()
        // Opened before root is given up: it may go where the account may not.
        let output = try ClusterArchiveFile.make(FilePath(file))
        try ServiceAccount.become(settings.database.account)
        let outcome = try await settings.server.archive(to: output, progress: DatabaseCommand.progress)
        try output.close()
        Terminal.print("archived \(outcome.size) to \(file) in \(DatabaseCommand.seconds(outcome.took))")
    }
}

struct DatabaseUnarchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unarchive",
        abstract: "Puts an archived database in the place of this one, which must be stopped.",
        discussion: """
            Architecture, layout and the checksum of every file are compared before anything is replaced. The old data \
            directory is kept (`mailmill database kept`).
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "File that `mailmill database archive` made.")
    var file: String
    @OptionGroup var confirmation: Confirmation

    func run() async throws {
        let settings = try global.settings()
        let input = try FileDescriptor.open(FilePath(file), .readOnly, options: .closeOnExec)
        try ServiceAccounts.ensure(settings)
        try ServiceFolder.make(settings.database.directory, for: settings.database.account, permissions: 0o755)
        let plan = ["puts what is in \(file) in the place of \(settings.database.directory)/cluster, which is kept"]
        guard try confirmation.goesOn(plan) else { return }
        try ServiceAccount.become(settings.database.account)
        let outcome = try await settings.server.unarchive(from: input, progress: DatabaseCommand.progress)
        Terminal.print("unpacked and checked \(outcome.size) in \(DatabaseCommand.seconds(outcome.took))")
        if let kept = outcome.kept {
            Terminal.print("the old cluster is kept as \(kept); `mailmill database kept --remove` removes it")
        }
        Terminal.print("start it with `mailmill database start`")
    }
}
