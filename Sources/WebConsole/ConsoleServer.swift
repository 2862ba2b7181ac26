package import Logging
internal import ServiceLifecycle
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// The web console as a service: listens, serves, and ends when told to.
package struct ConsoleServer: Service, CustomStringConvertible {
    private let application: ConsoleApplication
    private let onListening: @Sendable (Int) async -> Void

    /// Throws `WebConsoleError` where settings or files are not usable. `onListening` is told the port.
    package init(
        settings: WebConsoleSettings,
        figures: any ConsoleBackend,
        accounts: any AccountBackend,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        self.application = try ConsoleApplication(
            settings: settings,
            figures: figures,
            accounts: accounts,
            logger: logger
        )
        self.onListening = onListening
    }

    /// Service groups log their services: nothing of what is inside.
    package var description: String { "console on \(application.site.checked.settings.listen)" }

    /// Throws `addressUnavailable` if it cannot listen.
    package func run() async throws {
        let server = try application.server(onListening: onListening)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await application.hub.run() }
            group.addTask { await settle() }
            do {
                try await server.run()
            } catch let error as IOError {
                let address = application.site.checked.settings.listen
                throw WebConsoleError.addressUnavailable(
                    address: "\(address)",
                    reason: Self.words(for: error, setting: "console.listen")
                )
            }
            group.cancelAll()
        }
    }

    /// Writes down what waits for the database.
    private func settle() async {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            await application.site.keeper.settle()
            // Cancelled means: stop, which the loop's condition sees.
            try? await clock.sleep(for: .seconds(2))
        }
    }

    /// Why an address cannot be listened on, and what to do with the setting that names it.
    static func words(for error: IOError, setting: String) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "another program listens there; stop it, or choose another \(setting)"
        case EACCES: "this account may not use that port; choose one above 1023 in \(setting)"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: String(cString: strerror(error.errnoCode))
        }
    }
}
