import Foundation
import Logging
import PostgresClient
import PostgresServer
import ServiceLifecycle
import UnixSignals
import Store

/// Everything that `serve` runs, wired together: the only place that knows all parts.
struct Serving {
    let settings: Settings
    let access: DatabaseAccess

    init(_ settings: Settings) {
        self.settings = settings
        LoggingSystem.bootstrap { [level = settings.logLevel] label in LineLog(label: label, level: level) }
        access = DatabaseAccess(settings, logger: Logger(label: "database"))
    }

    /// Runs until told to stop. Services stop in the reverse of their order here: collectors first, the database last.
    func run(announcing announcement: Announcement? = nil) async throws {
        var services: [any Service] = []
        if settings.roles.contains(.database) { services += try await database() }
        let readiness = SchemaReadiness()
        if settings.roles.contains(.manager) { services.append(try manager(readiness, announcement)) }
        if let backups = backups() { services.append(backups) }
        if settings.roles.contains(.web) { services += try web(announcement) }
        if settings.roles.contains(.collector) {
            let waits = settings.roles.contains(.manager)
            let (followers, receivers) = try collector()
            services += followers.map { waits ? AfterSchema(readiness: readiness, service: $0) : $0 }
            services += receivers
        }
        guard !services.isEmpty else {
            throw SettingsError(place: "roles", problem: "this host has no role; name some in the setting roles")
        }
        let group = ServiceGroup(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "serve")
        )
        try await group.run()
    }

    // MARK: - Roles

    private func database() async throws -> [any Service] {
        let logger = Logger(label: "database")
        try ServiceAccounts.ensure(settings)
        let server = settings.server
        let made = try await initialise(server, logger)
        for warning in made.warnings { logger.warning("\(warning)") }
        if made.created { logger.notice("made the database", metadata: ["cluster": "\(made.cluster)"]) }
        let supervisor = DatabaseSupervisor(server: server, logger: logger, atShutdown: settings.database.atShutdown)
        let gate = IngestGate(try access.pool(.owner, limit: 1))
        let watch = PostgresServer.DatabaseWatch(server: server, logger: logger) { event in
            guard case .ingest(let verdict, let free) = event else { return }
            try await IngestSwitch(gate: gate, logger: logger).turn(verdict, free: free)
        }
        return [supervisor, watch]
    }

    /// Makes the cluster if it is not there. One that is being made by a `serve` that was killed meanwhile is waited for.
    private func initialise(_ server: DatabaseServer, _ logger: Logger) async throws -> InitialiseOutcome {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        var isSaid = false
        while true {
            do {
                return try await server.initialise { logger.info("\($0)") }
            } catch let error as PostgresServerError {
                guard case .initialiseInProgress = error, clock.now < deadline else { throw error }
                if !isSaid { logger.notice("waiting: \(error)") }
                isSaid = true
                try await clock.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Backups by schedule: the manager's, where the database is on this host.
    private func backups() -> BackupService? {
        guard settings.database.host == nil, settings.roles.contains(.manager), let plan = settings.backup.plan else {
            return nil
        }
        return BackupService(
            server: settings.server,
            plan: plan,
            commands: OwnCommand(options: settings.options),
            logger: Logger(label: "backup")
        )
    }

    private func manager(_ readiness: SchemaReadiness, _ announcement: Announcement?) throws -> any Service {
        ManagerRole(
            pool: try access.pool(.owner, limit: 4),
            keeping: settings.retention,
            moving: settings.moving,
            logger: Logger(label: "manager"),
            readiness: readiness,
            announcement: announcement,
            migration: settings.database.host == nil ? OwnCommand(options: settings.options) : nil
        )
    }
}
