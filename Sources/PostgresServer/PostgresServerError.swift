package enum PostgresServerError: Error {}
