import ArgumentParser
import PostgresServer
import Store

struct DeferredStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How far each is, how fast it goes, when it will end, and why it waits."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption
    @Flag(help: "Show it again each second, until all have ended or Ctrl-C.")
    var watch = false

    func run() async throws {
        try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            while true {
                let all = try await DeferredMigrations(pool).status()
                Terminal.print(DeferredView(all).text(output.format))
                guard watch, all.contains(where: { !$0.state.isEnded }) else { return }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
