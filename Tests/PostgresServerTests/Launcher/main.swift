internal import PostgresServer

ServerLauncher.main()
