import Logging
import PostgresClient
import ServiceLifecycle
import Store

extension Serving {
    func web(_ announcement: Announcement?) throws -> [any Service] { [] }
    func collector() throws -> [any Service] { [] }
}
