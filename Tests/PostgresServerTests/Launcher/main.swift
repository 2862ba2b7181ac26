// The launcher of the tests, and a small command so that tests can act from a process of its own (in another namespace,
// or to be killed): `server-launcher verb VERB SETTINGS.json`.
internal import Foundation
internal import Logging
internal import PostgresServer
internal import ServiceLifecycle
internal import SystemPackage
internal import UnixSignals

if CommandLine.arguments.count == 4, CommandLine.arguments[1] == "settings" {
    let settings = ServerSettings(
        root: FilePath(CommandLine.arguments[2]),
        account: CommandLine.arguments[3],
        ballast: .zero
    )
    FileHandle.standardOutput.write(try JSONEncoder().encode(settings))
    exit(0)
}
guard CommandLine.arguments.count == 4, CommandLine.arguments[1] == "verb" else {
    ServerLauncher.main()
}
let settings = try JSONDecoder().decode(
    ServerSettings.self,
    from: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[3]))
)
let server = DatabaseServer(settings: settings, launcher: LauncherCommand(arguments: []))
do {
    switch CommandLine.arguments[2] {
    case "init":
        let outcome = try await server.initialise()
        print(outcome.created ? "created" : "there")
    case "start":
        let outcome = try await server.start()
        print(outcome.started ? "started" : "running", outcome.pid)
    case "stop":
        let outcome = try await server.stop()
        print(outcome.stopped ? "stopped" : "idle")
    case "serve":
        let supervisor = DatabaseSupervisor(server: server, logger: Logger(label: "serve")) { state in
            FileHandle.standardOutput.write(Data("\(state)\n".utf8))
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [supervisor],
                gracefulShutdownSignals: [.sigterm],
                logger: Logger(label: "serve")
            )
        )
        try await group.run()
    case "psql":
        let query = ["-XAtc", "SELECT current_user"]
        try server.psql(arguments: query, environment: ProcessInfo.processInfo.environment).replaceProcess()
    default:
        print("unknown verb")
        exit(64)
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
