extension SettingKey {
    /// Every setting that is one value, in the order of the reference.
    static let all: [SettingKey] = [
        SettingKey(
            "roles",
            .list,
            "[database, manager, web, collector]",
            "What this host does: `database`, `manager`, `web`, `collector`."
        ),
        SettingKey(
            "cluster.host",
            .text,
            "",
            "This host's name in the cluster, as `mailmill database designate` takes it. Empty: the host's own name."
        ),
        SettingKey(
            "cluster.database_host",
            .text,
            "",
            "The one host whose database takes events, by its `cluster.host`. On any other, the server answers reports and "
                + "takes none. Empty: what was designated decides."
        ),
        SettingKey(
            "database.directory",
            .path,
            "/var/lib/mailmill",
            "Root folder of the database. The cluster, with its configuration and PID file, lies below it."
        ),
        SettingKey(
            "database.socket_directory",
            .path,
            "",
            "Folder of the Unix socket. Empty: `/run/mailmill` for the standard `database.directory`, else `run` below it."
        ),
        SettingKey(
            "database.socket_group",
            .text,
            "",
            "Only this operating-system group may reach the socket. Empty: the group of `database.account`."
        ),
        SettingKey(
            "database.collector_users",
            .list,
            "[]",
            "Operating-system users, besides root and `database.account`, that may report events over the socket."
        ),
        SettingKey(
            "database.report_users",
            .list,
            "[]",
            "Operating-system users that may read reports over the socket (`mailmill report`, `mailmill database psql`)."
        ),
        SettingKey(
            "database.host",
            .text,
            "",
            "Where the database is, for hosts without the role `database`: a name or address. Empty: the Unix socket."
        ),
        SettingKey("database.port", .whole, "5432", "Port of the database; also names its Unix socket."),
        SettingKey(
            "database.listen",
            .list,
            "[]",
            "Addresses that the server listens on besides the Unix socket. Needs `database.certificate`."
        ),
        SettingKey(
            "database.certificate",
            .path,
            "",
            "Certificate (PEM) of the server, for TCP. Empty: what `mailmill database certificate make` made, if it did."
        ),
        SettingKey("database.key", .path, "", "Private key (PEM) of `database.certificate`."),
        SettingKey(
            "database.root_certificate",
            .path,
            "",
            "Certificate (PEM) that the server's is checked against, for hosts that connect by TCP."
        ),
        SettingKey(
            "database.password_file",
            .path,
            "",
            "File (mode 0600) with the passwords of this host's roles, for hosts that connect by TCP: lines as "
                + "`mailmill database credential rotate` writes them, or one password alone."
        ),
        SettingKey(
            "database.binaries",
            .path,
            "",
            """
            Folder of PostgreSQL's programs, or a folder with one folder a major in it (`16/bin`). Looked at beside \
            `/usr/lib/postgresql`; the newest major that fits the cluster is taken.
            """
        ),
        SettingKey(
            "database.account",
            .text,
            "mailmill",
            "Operating-system account that the server runs as when started by root."
        ),
        SettingKey(
            "database.allow_file_systems",
            .list,
            "[]",
            "Types of file system to accept although they are refused: `nfs`, `smb`, `fuse`, `tmpfs`, `overlay`, … "
                + "`database status` shows them for ever."
        ),
        SettingKey("database.max_connections", .whole, "150", "Connections that the server accepts, 80 to 1000."),
        SettingKey(
            "database.max_wal_size",
            .bytes,
            "",
            "How large the write-ahead log may become. Empty: a twentieth of the disk, 128 MiB to 2 GiB."
        ),
        SettingKey(
            "database.shared_buffers",
            .bytes,
            "",
            "Memory for PostgreSQL's own cache. Empty: an eighth of the machine's, 64 MiB to 4 GiB."
        ),
        SettingKey(
            "database.ballast",
            .bytes,
            "",
            "Space held back, to be given up when the disk is full. Empty: a hundredth of the disk, 64 MiB to 1 GiB."
        ),
        SettingKey("database.log_keep_days", .whole, "30", "Days after which the server's logs are removed."),
        SettingKey("database.log_keep_bytes", .bytes, "2GiB", "Total size beyond which its oldest logs are removed."),
        SettingKey(
            "database.stop_with_serve",
            .text,
            "automatic",
            "Whether `serve` stops the server when it stops: `stop`, `leave`, or `automatic`: if a `serve` started it."
        ),
        SettingKey(
            "backup.repository",
            .text,
            "",
            "Where backups go: a folder, `s3://BUCKET/PATH`, or `sftp://USER@HOST/PATH`. Empty: `backup/repository` in "
                + "`database.directory`; another disk, or another machine, is safer."
        ),
        SettingKey(
            "backup.schedule",
            .text,
            "",
            "When the manager takes a backup, every day, in UTC: `02:30`. Empty: only when someone runs `mailmill backup create`."
        ),
        SettingKey(
            "backup.full_every",
            .duration,
            "7d",
            "How old the last full backup may become before the next is full."
        ),
        SettingKey(
            "backup.prove_every",
            .duration,
            "7d",
            "How often `serve` restores the newest backup into a scratch cluster to prove it, where there is a schedule."
        ),
        SettingKey("backup.keep_days", .whole, "14", "A restore is possible to any time this many days back."),
        SettingKey("backup.keep_at_least", .whole, "2", "Full backups that are kept however old they are."),
        SettingKey(
            "backup.fresh",
            .duration,
            "24h",
            "How old a backup may be for `mailmill migrate run` to need no new one."
        ),
        SettingKey(
            "backup.processes",
            .whole,
            "2",
            "Processes that work on a backup, restore or dump side by side, 1 to 64."
        ),
        SettingKey(
            "backup.encryption_key",
            .path,
            "",
            "File (mode 0600) whose first line encrypts the repository. Empty: not encrypted. Keep a copy elsewhere."
        ),
        SettingKey(
            "backup.credentials",
            .path,
            "",
            "File (mode 0600) that opens the repository: for S3 two lines, access key and secret key; for SFTP a private key."
        ),
        SettingKey(
            "backup.s3_endpoint",
            .text,
            "s3.amazonaws.com",
            "Host, and port if not 443, of an S3-compatible store."
        ),
        SettingKey("backup.s3_region", .text, "us-east-1", "Region of the S3-compatible store."),
        SettingKey(
            "backup.ca_file",
            .path,
            "",
            "Certificates (PEM) that the store's is checked against. Empty: the system's."
        ),
        SettingKey(
            "backup.wal_limit",
            .bytes,
            "",
            "How much write-ahead log may wait for a failing archive before it is given up, so that the disk does not fill. "
                + "Empty: four times `database.max_wal_size`."
        ),
        SettingKey("backup.engine", .path, "/usr/bin/pgbackrest", "pgBackRest, which makes the backups."),
        SettingKey("retention.events", .duration, "14d", "How long events are kept, for message trace."),
        SettingKey(
            "retention.event_size",
            .bytes,
            "",
            "Disk that events may take: beyond it the oldest days go, down to the last two. Empty: only the time counts."
        ),
        SettingKey("retention.minutes", .duration, "60d", "How long figures by minute are kept."),
        SettingKey("retention.hours", .duration, "731d", "How long figures by hour are kept."),
        SettingKey("retention.days", .duration, "3653d", "How long figures by day are kept."),
        SettingKey(
            "migration.window",
            .text,
            "",
            "Hours in which deferred migrations move rows, in the host's time zone: `22:00-06:00`. Empty: at any time."
        ),
        SettingKey("console.listen", .address, "127.0.0.1:8025", "Where the web console listens."),
        SettingKey(
            "console.certificate",
            .path,
            "",
            "Certificate chain (PEM) of the web console; with `console.key` it speaks HTTPS."
        ),
        SettingKey("console.key", .path, "", "Private key (PEM) of the web console."),
        SettingKey(
            "console.public_url",
            .text,
            "",
            "Address that people use when a proxy stands before the console: `https://mail.example.net/`."
        ),
        SettingKey(
            "console.allow_plain_http",
            .flag,
            "false",
            "Whether the console may listen beyond this host without TLS."
        ),
        SettingKey(
            "console.assets",
            .path,
            "/usr/share/javascript/dygraphs",
            "Folder of dygraphs (Debian: libjs-dygraphs), which draws the charts."
        ),
        SettingKey(
            "collector.directory",
            .path,
            "",
            "Folder of the collector's own state and spool. Empty: `collector` in `database.directory`."
        ),
        SettingKey(
            "collector.spool_keep",
            .duration,
            "72h",
            "How long what was read of a log is kept, so that it can be read again."
        ),
        SettingKey("collector.spool_size", .bytes, "2GiB", "How large the spool may become."),
        SettingKey(
            "collector.bounce_rules",
            .path,
            "",
            "A site's own rules for the classes of failures, tried before Mailmill's (`mailmill classify`). Empty: none."
        ),
        SettingKey(
            "collector.addresses",
            .text,
            "whole",
            "What is stored of mail addresses: `whole`, `domain` (nobody can be traced), or `hash`: a keyed hash in the place of each "
                + "local part, so that who knows an address can trace it."
        ),
        SettingKey(
            "hooks.listen",
            .address,
            "127.0.0.1:8026",
            "Where mail servers' log hooks are received, if `collect` names any (`hook`)."
        ),
        SettingKey(
            "hooks.certificate",
            .path,
            "",
            "Certificate chain (PEM) of the receiver of hooks; with `hooks.key` it speaks HTTPS."
        ),
        SettingKey("hooks.key", .path, "", "Private key (PEM) of the receiver of hooks."),
        SettingKey(
            "hooks.allow_plain_http",
            .flag,
            "false",
            "Whether hooks may be received from beyond this host without TLS."
        ),
        SettingKey("hooks.body_limit", .bytes, "8MiB", "How large a hook's request may be, also once decompressed."),
        SettingKey("log.level", .text, "info", "`trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`."),
    ]
}
