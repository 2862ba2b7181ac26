package import SystemPackage

/// Where a standby is copied from.
package struct StandbySource: Sendable, Codable, Equatable {
    /// A host name, an address, or the folder of a socket.
    package var host: String
    package var port: Int
    /// A login that may replicate.
    package var login: String
    /// libpq's password file with that login; nil over a socket.
    package var passwordFile: FilePath?
    /// What the server's certificate is checked against; nil over a socket and on loopback.
    package var rootCertificate: FilePath?
    /// Of the slot on the primary: small letters, digits and underscores.
    package var slot: String

    package init(
        host: String,
        port: Int,
        login: String,
        passwordFile: FilePath?,
        rootCertificate: FilePath?,
        slot: String
    ) {
        self.host = host
        self.port = port
        self.login = login
        self.passwordFile = passwordFile
        self.rootCertificate = rootCertificate
        self.slot = slot
    }

    /// As libpq takes it. No secret is in it.
    var connectionString: String {
        var words = ["host='\(host)'", "port=\(port)", "user='\(login)'", "application_name='\(slot)'"]
        if let passwordFile { words.append("passfile='\(passwordFile)'") }
        if let rootCertificate { words.append("sslmode=verify-full sslrootcert='\(rootCertificate)'") }
        return words.joined(separator: " ")
    }

    func check() throws {
        let isPlain = slot.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (97...122).contains($0) }
        guard isPlain, !slot.isEmpty, slot.utf8.count < 64 else {
            throw PostgresServerError.setting(
                name: "slot",
                value: slot,
                advice: "small letters, digits and underscores"
            )
        }
        for text in [host, login, passwordFile?.string ?? "", rootCertificate?.string ?? ""] {
            guard !text.contains("'"), !text.contains("\\") else {
                throw PostgresServerError.setting(
                    name: "from",
                    value: text,
                    advice: "quotes and backslashes are not allowed"
                )
            }
        }
    }
}
