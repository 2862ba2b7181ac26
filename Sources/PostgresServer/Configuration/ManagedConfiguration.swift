/// The generated part of the configuration. The operator's part comes after it and wins.
struct ManagedConfiguration: Sendable {
    let plan: ResourcePlan
    let settings: ServerSettings

    /// What PostgreSQL calls with each full WAL segment; nil where nothing is archived.
    var archive: ArchiveScript? {
        settings.backup.map { backup in
            ArchiveScript(
                layout: BackupLayout(ClusterLayout(settings)),
                engine: backup.engine,
                limit: backup.walLimit ?? plan.maxWALSize * 4
            )
        }
    }

    /// `postgresql.conf` itself.
    static let main = """
        # Written by Mailmill; edits here are lost. Your own settings belong in conf.d/90-local.conf.
        # The order counts: what comes last wins.
        include 'conf.d/10-managed.conf'
        include_if_exists 'conf.d/90-local.conf'

        """

    /// `conf.d/10-managed.conf`.
    var text: String {
        let head = """
            # Written by Mailmill when the server starts; edits here are lost.
            # Your own settings belong in 90-local.conf beside this file: they win.
            # What data safety and Mailmill itself rest on (fsync, full_page_writes, synchronous_commit, wal_level,
            # port, listen_addresses, socket, log files, pg_hba.conf, ...) is given on the server's command line and
            # cannot be changed in either file.


            """
        return head
            + sections.map { "# \($0.0)\n" + $0.1.map { "\($0.0) = \($0.1)\n" }.joined() }.joined(separator: "\n")
    }

    private var sections: [(String, [(String, String)])] {
        [
            ("Memory", memory), ("Write-ahead log", writeAheadLog), ("Autovacuum", autovacuum), ("Sessions", sessions),
            ("Logs", logs), ("Texts and time", texts),
        ]
    }

    private var memory: [(String, String)] {
        [
            ("shared_buffers", plan.sharedBuffers.setting),
            ("effective_cache_size", plan.effectiveCacheSize.setting),
            ("maintenance_work_mem", plan.maintenanceWorkMemory.setting),
            ("work_mem", plan.workMemory.setting),
        ]
    }

    private var writeAheadLog: [(String, String)] {
        [
            ("max_wal_size", plan.maxWALSize.setting),
            ("min_wal_size", plan.minWALSize.setting),
            ("checkpoint_timeout", "15min"),
            ("checkpoint_completion_target", "0.9"),
            ("max_wal_senders", "10"),
            ("max_replication_slots", "10"),
            // A standby that died must not fill the disk.
            ("max_slot_wal_keep_size", plan.maxWALSize.setting),
        ] + archiving
    }

    /// Turning archive_mode on needs a restart, so it is on from the first start; nothing is kept before backups are set
    /// up (`ArchiveScript`).
    private var archiving: [(String, String)] {
        guard let archive else { return [("archive_mode", "off")] }
        return [("archive_mode", "on"), ("archive_command", "'\(archive.command)'"), ("archive_timeout", "5min")]
    }

    private var autovacuum: [(String, String)] {
        [
            ("autovacuum", "on"),
            ("autovacuum_naptime", "30s"),
            ("autovacuum_vacuum_scale_factor", "0.05"),
            ("autovacuum_analyze_scale_factor", "0.05"),
            ("autovacuum_vacuum_cost_limit", "1000"),
        ]
    }

    private var sessions: [(String, String)] {
        [
            // A client that vanished gives its connection back within a minute.
            ("tcp_keepalives_idle", "30"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "4"),
            ("client_connection_check_interval", "10s"),
            ("authentication_timeout", "10s"),
            ("jit", "off"),
        ]
    }

    private var logs: [(String, String)] {
        [
            ("log_rotation_size", "100MB"),
            ("log_rotation_age", "1d"),
            ("log_file_mode", "0640"),
            ("log_line_prefix", "'%m [%p] %q%u@%d/%a '"),
            ("log_checkpoints", "on"),
            ("log_autovacuum_min_duration", "1s"),
            ("log_lock_waits", "on"),
            ("log_temp_files", "10MB"),
            ("log_connections", "on"),
            ("log_disconnections", "off"),
            ("log_statement", "none"),
            ("log_min_duration_statement", "1s"),
            ("log_startup_progress_interval", "2s"),
            // Parameters hold mail addresses.
            ("log_parameter_max_length", "0"),
            ("log_parameter_max_length_on_error", "0"),
        ]
    }

    private var texts: [(String, String)] {
        [
            ("lc_messages", "'C'"),
            ("lc_monetary", "'C.UTF-8'"),
            ("lc_numeric", "'C.UTF-8'"),
            ("lc_time", "'C.UTF-8'"),
            ("default_text_search_config", "'pg_catalog.simple'"),
            ("timezone", "'UTC'"),
            ("datestyle", "'iso, ymd'"),
        ]
    }
}
