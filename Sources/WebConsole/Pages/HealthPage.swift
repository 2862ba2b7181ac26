internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// `/healthz`: for monitoring and for pages that wait for the database. Tells states, no reasons: it asks nobody who they are.
struct HealthPage: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/healthz") { _, _ in
            let health = await site.figures.state().database
            let document = Health(status: health.answersQueries ? "ok" : "degraded", database: health.name)
            return try site.json(document, status: health.answersQueries ? .ok : .serviceUnavailable)
        }
    }

    private struct Health: Encodable {
        let status: String
        let database: String
    }
}
