import ArgumentParser

struct MigrateDeferredCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deferred",
        abstract: "Changes of layout whose rows the manager moves in the background.",
        discussion: """
            A release that changes how rows are stored makes the new layout at once and shows both to every report; the \
            manager moves the rows afterwards, while mail is collected and reports are right at every moment. It goes on by \
            itself after it was stopped or killed, waits when something else would suffer, and says for what.
            """,
        subcommands: [
            DeferredStatusCommand.self, DeferredPauseCommand.self, DeferredResumeCommand.self,
            DeferredSpeedCommand.self, DeferredRollbackCommand.self, DeferredCompleteCommand.self,
        ],
        defaultSubcommand: DeferredStatusCommand.self
    )
}
