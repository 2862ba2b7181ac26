package enum PostgresClientError: Error {}
