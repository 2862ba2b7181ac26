import Foundation

/// A certificate of a test's own for localhost, made by openssl.
struct TestCertificate: Sendable {
    var chain: String
    var key: String

    static func make(in folder: TestFolder) async throws -> TestCertificate {
        let certificate = TestCertificate(chain: "\(folder.path)/tls.pem", key: "\(folder.path)/tls.key")
        let openssl = try Program(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", certificate.key, "-out", certificate.chain,
            ],
            in: folder
        )
        guard try await openssl.finish() == .status(0) else { throw TestTrouble("openssl: \(openssl.errors)") }
        return certificate
    }
}
