import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the roles of this host in the foreground, until SIGTERM or Ctrl-C.",
        discussion: """
            The roles are the setting `roles`: database (owns the PostgreSQL server), manager (schema, partitions, \
            roll-ups, retention), web (the console), collector (follows the logs under `collect`). A database that does \
            not exist yet is made.
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await Serving(global.settings()).run()
    }
}
