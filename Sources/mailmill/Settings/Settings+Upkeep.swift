import PostgresServer
import Store

extension Settings {
    /// How deferred migrations move rows: as the settings say, and within the disk where the database is on this host.
    var moving: MoveSettings {
        guard database.host == nil else { return MoveSettings(window: migration.window) }
        return MoveSettings(window: migration.window) { [server] in
            // A disk that cannot be measured now is measured before the next chunk.
            (try? server.diskRoom()).map { DiskRoom(free: $0.free.bytes, reserve: $0.reserve.stopsIngestBelow.bytes) }
        }
    }
}
