internal import NIOSSL

/// How the receiver of log hooks is served.
package struct HookSettings: Sendable {
    package var listen: ListenAddress
    /// PEM; with `privateKeyPath`, it serves TLS itself.
    package var certificatePath: String?
    package var privateKeyPath: String?
    /// Serve plain HTTP beyond loopback, tokens in the clear and all.
    package var allowPlainHTTP = false
    /// Bytes that a body may have.
    package var bodyLimit = 8 << 20
    /// Bytes of bodies that are in memory at a time; more are put off.
    package var bodies = 32 << 20
    package var connections = 256

    package init(listen: ListenAddress) {
        self.listen = listen
    }

    /// nil: plain HTTP. Throws the first thing that is wrong, in words for the operator.
    func tls() throws(WebConsoleError) -> TLSConfiguration? {
        switch (certificatePath, privateKeyPath) {
        case (let certificate?, let key?):
            return try .server(certificatePath: certificate, privateKeyPath: key)
        case (nil, nil):
            guard listen.isLoopback || allowPlainHTTP else { throw .hooksInTheClear(address: "\(listen)") }
            return nil
        case (.some, nil), (nil, .some):
            throw .hookCertificateIncomplete
        }
    }
}
