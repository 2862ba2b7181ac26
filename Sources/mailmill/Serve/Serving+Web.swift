import Logging
import PostgresServer
import ServiceLifecycle
import Store
import WebConsole

extension AccountStore: AccountBackend {}

extension Serving {
    /// The role `web`: the console, and a watch over the database so that it always knows how things stand.
    func web(_ announcement: Announcement?) throws -> [any Service] {
        let logger = Logger(label: "web")
        let pool = try access.pool(.console, limit: 12)
        let reach = DatabaseReach(pool: pool, logger: logger, announcement: announcement)
        let address = ListenAddress(host: settings.console.host, port: settings.console.port)
        var console = WebConsoleSettings(listen: address)
        console.certificatePath = settings.console.certificate
        console.privateKeyPath = settings.console.key
        console.publicURL = settings.console.publicURL
        console.allowPlainHTTP = settings.console.allowsPlainHTTP
        console.assetsDirectory = settings.console.assets
        let health = DatabaseHealthSource(
            pool: try access.pool(.monitor, limit: 2),
            server: settings.roles.contains(.database) || settings.database.host == nil ? settings.server : nil,
            backup: settings.backup
        )
        let server = try ConsoleServer(
            settings: console,
            figures: StoreBackend(pool: pool, reach: reach, health: health),
            accounts: AccountStore(pool),
            logger: logger
        ) { port in
            logger.notice("the console listens", metadata: ["address": "\(address.host):\(port)"])
            announcement?.noteListening(port: port)
        }
        return [reach, server]
    }
}
