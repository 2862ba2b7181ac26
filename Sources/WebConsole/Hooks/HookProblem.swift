internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A refusal as problem JSON (RFC 9457).
struct HookProblem: Encodable {
    let title: String
    let status: Int
    private let code: HTTPResponse.Status

    private enum CodingKeys: CodingKey {
        case title
        case status
    }

    init(status: HTTPResponse.Status, title: String) {
        self.title = title
        self.status = status.code
        self.code = status
    }

    var response: Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A text and a number always encode.
        let body = (try? encoder.encode(self)) ?? Data()
        return Response(
            status: code,
            headers: [.contentType: "application/problem+json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
