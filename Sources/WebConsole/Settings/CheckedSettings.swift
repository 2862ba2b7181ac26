internal import Foundation
internal import NIOSSL

/// Settings that were found good, with what follows from them.
struct CheckedSettings: Sendable {
    let settings: WebConsoleSettings
    /// nil: plain HTTP.
    let tls: TLSConfiguration?
    /// Scheme, host and port that people use, where known: `https://mail.example.com`.
    let publicOrigin: String?
    let trustedProxies: Set<IPAddress>

    /// Browsers reach the console over TLS: ours, or a declared proxy's.
    var isSecure: Bool { tls != nil || publicOrigin?.hasPrefix("https://") == true }
}

extension WebConsoleSettings {
    /// Throws the first thing that is wrong, in words for the operator.
    func checked() throws(WebConsoleError) -> CheckedSettings {
        let tls = try tlsConfiguration()
        if tls == nil, !listen.isLoopback, !allowPlainHTTP {
            throw .plainHTTPBeyondLoopback(address: "\(listen)")
        }
        var proxies: Set<IPAddress> = []
        for text in trustedProxies {
            guard let address = IPAddress(text) else { throw .trustedProxyUnusable(text: text) }
            proxies.insert(address)
        }
        return CheckedSettings(
            settings: self,
            tls: tls,
            publicOrigin: try publicOrigin(),
            trustedProxies: publicURL == nil ? [] : proxies
        )
    }

    private func tlsConfiguration() throws(WebConsoleError) -> TLSConfiguration? {
        guard let certificatePath else {
            if privateKeyPath != nil { throw .keyWithoutCertificate }
            return nil
        }
        guard let privateKeyPath else { throw .certificateWithoutKey }
        return try .server(certificatePath: certificatePath, privateKeyPath: privateKeyPath)
    }

    private func publicOrigin() throws(WebConsoleError) -> String? {
        guard let publicURL else { return nil }
        guard let parts = URLComponents(string: publicURL), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty, scheme == "https" || scheme == "http"
        else {
            throw .publicURLUnusable(text: publicURL, reason: "expected https://host or https://host:port")
        }
        guard parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil, parts.user == nil
        else {
            throw .publicURLUnusable(
                text: publicURL,
                reason: "a path, query or user is not supported; give host and port only"
            )
        }
        guard scheme == "https" || allowPlainHTTP else {
            throw .publicURLUnusable(
                text: publicURL,
                reason: "plain http would show passwords to the network; use https"
            )
        }
        let usual = scheme == "https" ? 443 : 80
        let port = parts.port.map { $0 == usual ? "" : ":\($0)" } ?? ""
        return "\(scheme)://\(host)\(port)"
    }
}

extension TLSConfiguration {
    /// A server's, of TLS 1.2 and later. The files are PEM.
    static func server(certificatePath: String, privateKeyPath: String) throws(WebConsoleError) -> TLSConfiguration {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(certificatePath)
        } catch {
            throw .unreadableFile(path: certificatePath, purpose: "TLS certificate", reason: "\(error)")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKeyPath, format: .pem)
        } catch {
            throw .unreadableFile(path: privateKeyPath, purpose: "TLS key", reason: "\(error)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
