internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Style sheets, scripts, images, and the charts' library.
struct AssetPages: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/assets/{name}", use: asset)
        router.get("/favicon.ico") { _, _ in
            Response.redirect(to: site.assets.paths["mark_svg"] ?? "/", type: .found)
        }
    }

    private func asset(_ request: Request, context: ConsoleContext) throws -> Response {
        let path = request.uri.path
        guard let asset = site.assets[path] ?? site.charts[path] else { throw ConsoleProblem.notFound }
        var headers: HTTPFields = [
            .cacheControl: "public, max-age=31536000, immutable",
            .eTag: asset.entityTag,
        ]
        if request.headers[.ifNoneMatch]?.contains(asset.entityTag) == true {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = asset.contentType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.content)))
    }
}
