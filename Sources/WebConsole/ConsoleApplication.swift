internal import Accounts
internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore

/// The console put together: everything that lives as long as the server does.
struct ConsoleApplication: Sendable {
    let site: Site
    let hub: LiveHub

    /// Throws `WebConsoleError`.
    init(
        settings: WebConsoleSettings,
        figures: any ConsoleBackend,
        accounts: any AccountBackend,
        passwordCost: PasswordHashCost = .standard,
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        let checked = try settings.checked()
        let resources = ResourceFolder(path: settings.resourceDirectory)
        let templates = try Templates(resources)
        let keeper = SessionKeeper(
            accounts: accounts,
            limits: settings.sessions,
            isDatabaseUp: { await figures.state().database.answersQueries },
            now: now
        )
        let cookies = CookieJar(isSecure: checked.isSecure)
        self.hub = LiveHub(
            reader: LiveReader(figures: figures, templates: templates, now: now),
            limits: settings.live,
            logger: logger
        )
        self.site = Site(
            checked: checked,
            templates: templates,
            assets: try Assets(resources),
            charts: ChartLibrary(directory: settings.assetsDirectory, now: now),
            figures: figures,
            choices: ChoiceCache(backend: figures, now: now),
            cookies: cookies,
            keeper: keeper,
            desk: try SignInDesk(
                accounts: accounts,
                keeper: keeper,
                limits: settings.sessions,
                cost: passwordCost,
                now: now
            ),
            formGuard: FormGuard(
                cookies: cookies,
                publicOrigin: checked.publicOrigin,
                isServingTLS: checked.tls != nil
            ),
            hub: hub,
            logger: logger,
            now: now
        )
    }

    var router: Router<ConsoleContext> {
        let router = Router(context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders(isSecure: site.checked.isSecure))
        router.add(middleware: ErrorAnswers(site: site))
        router.add(middleware: Doorkeeper(cookies: site.cookies, keeper: site.keeper))
        AssetPages(site: site).addRoutes(to: router)
        HealthPage(site: site).addRoutes(to: router)
        SignInPages(site: site).addRoutes(to: router)
        AccountPages(site: site).addRoutes(to: router)
        DashboardPage(site: site).addRoutes(to: router)
        StatusPage(site: site).addRoutes(to: router)
        MessageTracePage(site: site).addRoutes(to: router)
        DatabasePage(site: site).addRoutes(to: router)
        LivePages(site: site).addRoutes(to: router)
        APIPages(site: site).addRoutes(to: router)
        return router
    }

    /// The HTTP server around it, not running yet.
    func server(
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> Application<RouterResponder<ConsoleContext>> {
        let listen = site.checked.settings.listen
        let channel = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: .seconds(75),
                httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024)
            )
        )
        return Application(
            router: router,
            server: try site.checked.tls.map { try .tls(channel, tlsConfiguration: $0) } ?? channel,
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                availableConnectionsDelegate: .maximum(2048, logger: site.logger)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? listen.port) },
            logger: site.logger
        )
    }
}
