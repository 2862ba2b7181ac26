internal import Accounts
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// What is known of a request besides itself.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other end of the connection.
    let peer: IPAddress?
    /// Set by `Doorkeeper`; nil on pages that need nobody to be signed in.
    var visit: Visit?

    /// Forms of ours are small.
    var maxUploadSize: Int { 16 * 1024 }

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}

/// A request by somebody who is signed in.
struct Visit: Sendable {
    let token: SessionToken
    let session: StoredSession

    /// Goes into every form of a signed-in page.
    var formToken: FormToken { FormToken(for: token, purpose: "session") }
}
