/// What can go wrong before the console serves its first page.
package enum WebConsoleError: Error, Equatable {
    case plainHTTPBeyondLoopback(address: String)
    case certificateWithoutKey
    case keyWithoutCertificate
    case unreadableFile(path: String, purpose: String, reason: String)
    case publicURLUnusable(text: String, reason: String)
    case listenAddressUnusable(text: String, reason: String)
    case trustedProxyUnusable(text: String)
    case addressUnavailable(address: String, reason: String)
    /// A file of the console itself is missing or damaged: an incomplete installation.
    case resourceUnusable(name: String, reason: String)
    case passwordWorkersBusy
    /// Log hooks would be received over plain HTTP by an address that others can reach.
    case hooksInTheClear(address: String)
    case hookCertificateIncomplete
}

extension WebConsoleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .plainHTTPBeyondLoopback(let address):
            "console would serve passwords over plain HTTP on \(address), which others can reach; "
                + "set console.certificate and console.key, listen on 127.0.0.1 behind a proxy, or set "
                + "console.allow_plain_http"
        case .certificateWithoutKey:
            "console.certificate is set and console.key is not; set both or neither"
        case .keyWithoutCertificate:
            "console.key is set and console.certificate is not; set both or neither"
        case .unreadableFile(let path, let purpose, let reason):
            "cannot read \(purpose) \(path): \(reason)"
        case .publicURLUnusable(let text, let reason):
            "console.public_url \"\(text)\" is not usable: \(reason)"
        case .listenAddressUnusable(let text, let reason):
            "console.listen \"\(text)\" is not usable: \(reason)"
        case .trustedProxyUnusable(let text):
            "console's trusted proxy \"\(text)\" is not an IP address"
        case .addressUnavailable(let address, let reason):
            "cannot listen on \(address): \(reason)"
        case .resourceUnusable(let name, let reason):
            "console's own file \(name) is not usable: \(reason); install Mailmill again"
        case .hooksInTheClear(let address):
            "log hooks would show their tokens over plain HTTP on \(address), which others can reach; set "
                + "hooks.certificate and hooks.key, listen on 127.0.0.1, or set hooks.allow_plain_http"
        case .hookCertificateIncomplete:
            "of hooks.certificate and hooks.key one is set; set both or neither"
        case .passwordWorkersBusy:
            "too many passwords are being checked at once; try again in a few seconds"
        }
    }
}
