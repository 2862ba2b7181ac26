import Logging
import PostgresClient
import PostgresServer
import Store

/// Opens and closes ingest as the disk demands. While the database is away nothing is taken anyway: it waits.
struct IngestSwitch {
    let gate: IngestGate
    let logger: Logger

    func turn(_ verdict: DiskWatch.Verdict, free: ByteCount) async throws {
        while true {
            do {
                switch verdict {
                case .ingestMayGoOn:
                    try await gate.open()
                case .ingestMustStop:
                    let reason = "the database's disk is nearly full (\(free) free)"
                    try await gate.close(reason: reason)
                    logger.critical("ingest stops: \(reason)")
                }
                return
            } catch let error as PostgresClientError where error.isOutage || error.sqlState == .undefinedTable {
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
