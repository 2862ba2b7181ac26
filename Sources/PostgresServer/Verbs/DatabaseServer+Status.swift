internal import PostgresClient
internal import SystemPackage

extension DatabaseServer {
    /// Looks at the server without touching it. Never throws: what cannot be seen is part of the answer.
    package func status() async -> ServerStatus {
        var status = ServerStatus(
            state: .unknown,
            root: layout.root.string,
            cluster: cluster.path.string,
            socket: layout.socket.string,
            port: settings.port,
            listenAddresses: settings.listenAddresses,
            maxConnections: settings.maxConnections
        )
        do {
            status = try await BlockingWork.run { [status] in try surveyed(status) }
        } catch {
            status.alarms.append("\(error)")
            return status
        }
        if status.state == .running || status.state == .standby { await ask(&status) }
        return status
    }

    /// What files and processes tell.
    private func surveyed(_ initial: ServerStatus) throws -> ServerStatus {
        var status = initial
        surveyPlace(&status)
        guard try cluster.major() != nil else {
            status.state = .notInitialised
            return status
        }
        do {
            let binaries = try binaries()
            status.version = binaries.version
            status.systemIdentifier = try ControlData.read(cluster, with: binaries).systemIdentifier
        } catch {
            status.alarms.append("\(error)")
        }
        let judgement = try judgement()
        switch StartDecision(judgement: judgement, holder: try ClusterLock.holder(of: cluster.path, in: processes)) {
        case .join(let file): surveyServer(file, &status)
        case .singleUser(let pid):
            status.state = .singleUser
            status.pid = pid
        case .launch: status.state = judgement.isStale ? .crashed : .stopped
        case .waitForFile(let facts):
            status.pid = facts.pid
            status.state = facts.isPostgres ? .running : .starting
            if facts.isPostgres {
                let name = ProcessName(facts.pid, in: processes)
                status.alarms.append("\(PostgresServerError.pidFileRemoved(cluster: cluster.path, server: name))")
            }
        case .waitForLeftovers(let pids):
            status.state = .crashed
            let names = pids.map { ProcessName($0, in: processes) }
            status.alarms.append("\(PostgresServerError.leftoversRunning(cluster: cluster.path, processes: names))")
        }
        return status
    }

    private func surveyPlace(_ status: inout ServerStatus) {
        do {
            let facts = try fileSystems.facts(of: cluster.path)
            status.fileSystem = facts.type.isEmpty ? FileSystemKind.identified(by: facts.magic).name : facts.type
            status.disk = try DiskSpace.measure(layout.root)
            status.fileSystemOverrides = try FileSystemOverride.recorded(in: layout)
        } catch {
            status.alarms.append("\(error)")
        }
        for override in status.fileSystemOverrides {
            status.alarms.append(
                "\(override.path) is on \(override.name), accepted since \(override.since) although refused"
            )
        }
        status.ballast = Ballast(path: layout.ballast).held
        status.backup = backupStatus()
        guard let disk = status.disk else { return }
        let reserve = reserve(disk: disk.total)
        if disk.free < reserve.stopsIngestBelow {
            status.alarms.append(
                "the disk has \(disk.free) free, below \(reserve.stopsIngestBelow): ingest waits; free some space"
            )
        }
    }

    private func surveyServer(_ file: PostmasterFile, _ status: inout ServerStatus) {
        status.pid = file.pid
        status.port = file.port ?? settings.port
        let folder = file.socketDirectory ?? layout.socketDirectory
        status.socket = folder.appending(".s.PGSQL.\(status.port)").string
        status.uptime = max(0, Int(WallClock.seconds() - file.startedAt))
        status.starter = starter(of: file.pid)
        let children = ServerChildren(of: file.pid, in: processes)
        switch file.status {
        case .ready: status.state = .running
        case .standby: status.state = .standby
        case .stopping: status.state = .stopping
        case .starting, nil:
            status.state = children.startupActivity.contains("recovering") ? .recovering : .starting
            status.activity = children.startupActivity
        }
    }

    /// What the server itself tells, with a limit on how long it may take.
    private func ask(_ status: inout ServerStatus) async {
        do {
            let connection = try await Connection.connect(connectionSettings(as: .monitor))
            let rows = try await connection.query(
                """
                SELECT coalesce(usename, backend_type) AS role, count(*) AS sessions FROM pg_catalog.pg_stat_activity
                WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid() GROUP BY 1
                """
            )
            for row in rows { status.connections[try row.get("role")] = try row.get("sessions") }
            // The PID file says "ready" of a standby that answers queries.
            if try await connection.query("SELECT pg_is_in_recovery() AS standby").one().get("standby") {
                status.state = .standby
            }
            status.alarms += try await weakened(connection)
        } catch {
            status.state = .unreachable
            status.activity = "\(error)"
        }
    }

    /// Settings of roles and databases that make commits less than durable; no command line can prevent them.
    private func weakened(_ connection: Connection) async throws -> [String] {
        let rows = try await connection.query(
            """
            SELECT coalesce(r.rolname, 'all roles') || ' in ' || coalesce(d.datname, 'all databases') AS place, c AS setting
            FROM pg_catalog.pg_db_role_setting AS s CROSS JOIN LATERAL unnest(s.setconfig) AS c
            LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
            LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
            WHERE c ~* '^synchronous_commit=(off|false|no|0|local)$'
            """
        )
        return try rows.map { row in
            let place: String = try row.get("place")
            let setting: String = try row.get("setting")
            return
                "\(setting) is set for \(place): what was acknowledged can be lost; `ALTER ROLE … RESET synchronous_commit`"
        }
    }
}
