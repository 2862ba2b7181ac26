internal import FoundationEssentials
internal import Glibc
package import SystemPackage

/// Certificates of TCP that Mailmill makes itself: an authority of its own, whose certificate the hosts get, and the server's,
/// signed by it. Made by OpenSSL's program, in the folder of credentials.
///
///     credentials
///     ├── authority.pem, authority.key    ten years; the hosts' `database.root_certificate`
///     └── server.pem, server.key          397 days, renewed a month before their end
package struct CertificateFiles: Sendable, Equatable {
    package let folder: FilePath

    package init(_ layout: ClusterLayout) { folder = layout.credentials }

    package var authority: FilePath { folder.appending("authority.pem") }
    package var certificate: FilePath { folder.appending("server.pem") }
    package var key: FilePath { folder.appending("server.key") }
    var authorityKey: FilePath { folder.appending("authority.key") }

    private static let openssl: FilePath = "/usr/bin/openssl"
    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    /// Whether both of the server's files are there.
    package var exist: Bool {
        // What cannot be examined is not there for us.
        (try? Stat(certificate).type) == .regular && (try? Stat(key).type) == .regular
    }

    /// Makes the authority where there is none, and a server's certificate for these names and addresses.
    func make(names: [String], days: Int) throws {
        if try SmallFile.read(authority, limit: 1) == nil || SmallFile.read(authorityKey, limit: 1) == nil {
            try run(
                ["req", "-x509"] + Self.newKey + [
                    "-days", "3650", "-subj", "/CN=Mailmill database authority",
                    "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0",
                    "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                    "-keyout", authorityKey.string, "-out", authority.string,
                ]
            )
            chmod(authority.string, 0o644)
        }
        let (newKey, request, new) = (
            folder.appending("server.key.new"), folder.appending("server.csr"), folder.appending("server.pem.new")
        )
        let alternatives = names.map { (Self.isAddress($0) ? "IP:" : "DNS:") + $0 }.joined(separator: ",")
        try run(
            ["req", "-new"] + Self.newKey + [
                "-subj", "/CN=\(names.first ?? "localhost")", "-addext", "subjectAltName=\(alternatives)",
                "-addext", "extendedKeyUsage=serverAuth", "-keyout", newKey.string, "-out", request.string,
            ]
        )
        try run([
            "x509", "-req", "-in", request.string, "-CA", authority.string, "-CAkey", authorityKey.string,
            "-days", "\(days)", "-copy_extensions", "copyall", "-out", new.string,
        ])
        for (from, to) in [(newKey, key), (new, certificate)] {
            guard rename(from.string, to.string) == 0 else {
                throw PostgresServerError.system(action: "name", path: to, Errno(rawValue: errno))
            }
        }
        _ = try? FileTree.unlink(request)  // of no use to anyone
        try FileTree.synchronise(directory: folder)
    }

    /// Names and addresses that the server's certificate is for.
    func names() throws -> [String] {
        let text = try run(["x509", "-in", certificate.string, "-noout", "-ext", "subjectAltName"])
        return text.split(whereSeparator: { ", \n".contains($0) }).compactMap { word in
            for prefix in ["DNS:", "Address:"] where word.hasPrefix(prefix) {
                return String(word.dropFirst(prefix.count))
            }
            return nil
        }
    }

    /// Whether the server's certificate ends within so many days.
    package func ends(within days: Int) throws -> Bool {
        let run = try ToolRun.run(
            Self.openssl,
            ["x509", "-in", certificate.string, "-noout", "-checkend", "\(days * 86400)"]
        )
        return !run.status.succeeded
    }

    /// When it ends, as OpenSSL tells it: `Dec 30 10:00:00 2027 GMT`.
    package func end() throws -> String {
        let text = try run(["x509", "-in", certificate.string, "-noout", "-enddate"])
        return text.split(separator: "=").last.map { String($0).split(separator: "\n").joined() } ?? ""
    }

    @discardableResult
    private func run(_ arguments: [String]) throws -> String {
        let run = try ToolRun.run(Self.openssl, arguments)
        guard run.status.succeeded else {
            throw PostgresServerError.certificateFailed(output: run.errors.split(separator: "\n").map(String.init))
        }
        return run.output
    }

    private static func isAddress(_ name: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return inet_pton(AF_INET, name, &four) == 1 || inet_pton(AF_INET6, name, &six) == 1
    }
}

extension DatabaseServer {
    /// Makes the server's certificate, or makes it anew; a running server takes it at once, and no session ends.
    ///
    /// - Parameter names: host names and addresses that collectors connect to; nil: those of the present one.
    package func makeCertificate(names: [String]?, days: Int = 397) async throws -> CertificateFiles {
        let files = CertificateFiles(layout)
        try await BlockingWork.run {
            let account = try ServiceAccount.resolve(settings.account)
            try FolderMaking.establish(layout.credentials, for: account, permissions: 0o700)
            let wanted = try names ?? files.names()
            guard !wanted.isEmpty else { throw PostgresServerError.certificateFailed(output: ["it needs a name"]) }
            let mask = umask(0o077)
            defer { umask(mask) }
            try files.make(names: wanted, days: days)
            guard geteuid() == 0 else { return }
            for path in [files.authority, files.authorityKey, files.certificate, files.key] {
                lchown(path.string, account.userID, account.groupID)
            }
        }
        if case .live = try judgement(), settings.tls != nil { _ = try await reload() }
        return files
    }

    /// Renews a certificate that Mailmill made when it ends within a month. Returns whether it did.
    func renewCertificateIfDue() async throws -> Bool {
        let files = CertificateFiles(layout)
        let isDue = try await BlockingWork.run {
            guard settings.tls?.certificate == files.certificate, files.exist else { return false }
            return try files.ends(within: 30)
        }
        guard isDue else { return false }
        _ = try await makeCertificate(names: nil)
        return true
    }
}
