/// First contents of the operator's own files. Written once, never touched again.
enum LocalFiles {
    static let configuration = """
        # Your own settings of PostgreSQL. They win over 10-managed.conf, and Mailmill never changes this file.
        # Apply with `mailmill database restart`; an error in here is told with its line, and nothing is started.
        #
        # Examples:
        #   shared_buffers = 2GB
        #   work_mem = 64MB
        #   log_min_duration_statement = 250ms
        #
        # An archive_command of your own takes the place of Mailmill's backups. Close descriptor 9 in it (`9>&-`): it is
        # the lock of the cluster directory, and a command that hangs with it open would keep the server from starting.
        #
        # Set by Mailmill's own configuration, without effect here: port, listen_addresses, max_connections, ssl.
        # Refused, because mail events would be lost: fsync, full_page_writes or synchronous_commit off,
        # wal_level minimal.

        """

    static let authentication = """
        # Your own lines of pg_hba.conf. Mailmill puts them into pg_hba.conf, before its own, when it starts.
        # The methods trust, password, md5 and ident are refused: over TCP use scram-sha-256 or cert.
        #
        # Examples:
        #   hostssl mailmill mailmill_report 192.0.2.0/24 scram-sha-256
        #   local   mailmill grafana         peer

        """

    static let identities = """
        # Your own lines of pg_ident.conf: which operating system user may log in as which role over the socket.
        # The map of Mailmill's own lines in pg_hba.conf is called mailmill.
        #
        # Example:
        #   mailmill  alice  mailmill_report

        """
}
