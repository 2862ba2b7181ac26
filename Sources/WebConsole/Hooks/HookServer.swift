package import Logging
internal import ServiceLifecycle
internal import Hummingbird
internal import NIOCore

/// The receiver of log hooks as a service: listens, receives, and ends when told to.
package struct HookServer: Service, CustomStringConvertible {
    private let application: HookApplication
    private let address: ListenAddress
    private let onListening: @Sendable (Int) async -> Void

    /// Throws `WebConsoleError` where settings or files are not usable. `onListening` is told the port.
    package init(
        settings: HookSettings,
        endpoints: [HookEndpoint],
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        self.application = try HookApplication(settings: settings, endpoints: endpoints, logger: logger)
        self.address = settings.listen
        self.onListening = onListening
    }

    /// Service groups log their services: nothing of what is inside.
    package var description: String { "log hooks on \(address)" }

    /// Throws `addressUnavailable` if it cannot listen.
    package func run() async throws {
        do {
            try await application.server(onListening: onListening).run()
        } catch let error as IOError {
            throw WebConsoleError.addressUnavailable(
                address: "\(address)",
                reason: ConsoleServer.words(for: error, setting: "hooks.listen")
            )
        }
    }
}
