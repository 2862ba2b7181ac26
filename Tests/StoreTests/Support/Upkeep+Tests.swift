import Logging
import ScratchPostgres
import Store

extension Upkeep {
    /// As the manager runs it.
    init(_ database: ScratchDatabase) {
        self.init(database.pool(.owner), logger: Logger(label: "test"))
    }
}
