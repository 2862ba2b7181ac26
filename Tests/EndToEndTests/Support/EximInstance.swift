import Foundation

/// A real Exim of the test's own, on loopback ports, in the test's folder: put there by Scripts/exim. Needs root, as it
/// changes to the account that it delivers as.
struct EximInstance: Sendable {
    let folder: TestFolder
    let port: Int
    let log: String
    private let program: Program

    /// Where Scripts/exim has unpacked it.
    static func unpacked() throws -> String {
        let folder = "\(FileManager.default.currentDirectoryPath)/.build/exim"
        guard FileManager.default.isExecutableFile(atPath: "\(folder)/usr/sbin/exim4") else {
            throw TestTrouble("no Exim in \(folder): run Scripts/exim")
        }
        return folder
    }

    /// Writes its configuration, with a sink for each domain, and starts it.
    ///
    /// - Parameter routes: recipient domains, each with the sink that its mail goes to.
    static func start(in folder: TestFolder, routes: [(domain: String, sink: SMTPSink)]) async throws -> EximInstance {
        let exim = try unpacked()
        guard let account = getpwnam("nobody") else { throw TestTrouble("the account nobody is missing") }
        for name in ["exim/spool", "exim/log"] {
            let path = try folder.folder(name)
            guard chown(path, account.pointee.pw_uid, account.pointee.pw_gid) == 0 else {
                throw TestTrouble("chown \(path): \(String(cString: strerror(errno)))")
            }
        }
        let port = try Port.free()
        let text = configuration("\(folder.path)/exim", "\(exim)/usr/sbin/exim4", port, routes)
        let file = try folder.file("exim/exim.conf", text)
        let machine = try FileManager.default.contentsOfDirectory(atPath: "\(exim)/usr/lib")
            .filter { $0.hasSuffix("-linux-gnu") }
        let program = try Program(
            "\(exim)/usr/sbin/exim4",
            ["-C", file, "-bdf", "-q2s"],
            in: folder,
            environment: ["LD_LIBRARY_PATH": "\(exim)/usr/lib/\(machine.first ?? "")"]
        )
        try await eventually("Exim on port \(port)", every: .milliseconds(20)) {
            if let ending = program.ending { throw TestFailure("exim: \(ending) \(program.errors)") }
            return Port.isListening(port)
        }
        return EximInstance(folder: folder, port: port, log: "\(folder.path)/exim/log/mainlog", program: program)
    }

    /// Sends messages by SMTP with Postfix's own generator.
    ///
    /// - Parameter recipients: of each message; more than one are numbered by smtp-source.
    func send(_ count: Int, to recipient: String, recipients: Int = 1) async throws {
        let source = try Program(
            "/usr/sbin/smtp-source",
            [
                "-4", "-s", "2", "-m", "\(count)", "-l", "600", "-r", "\(recipients)", "-f", "news@accept.example",
                "-t",
                recipient, "127.0.0.1:\(port)",
            ],
            in: folder
        )
        // A refused recipient makes it end with a status of its own; what counts is what Exim logged.
        try await source.finish()
        source.forget()
    }

    /// Ends it, and what it has started.
    func stop() async throws {
        program.signal(SIGTERM)
        try await program.finish()
        try await eventually("the end of Exim's deliveries") {
            !ProcessTable.entries(inside: folder.path).contains { $0.name.hasPrefix("exim") }
        }
    }

    private static func configuration(
        _ folder: String,
        _ program: String,
        _ port: Int,
        _ routes: [(domain: String, sink: SMTPSink)]
    ) -> String {
        let names = routes.map(\.domain).joined(separator: " : ")
        let routers = routes.enumerated().map { number, route in
            "route\(number):\n driver = manualroute\n domains = \(route.domain)\n transport = smtp\(number)\n"
                + " route_list = * 127.0.0.1\n self = send\n"
        }
        let transports = routes.enumerated().map { number, route in
            "smtp\(number):\n driver = smtp\n port = \(route.sink.port)\n allow_localhost\n hosts_try_chunking =\n"
        }
        return """
            primary_hostname = mx1.example.net
            exim_user = nobody
            exim_group = nogroup
            exim_path = \(program)
            keep_environment = LD_LIBRARY_PATH
            spool_directory = \(folder)/spool
            log_file_path = \(folder)/log/%slog
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = \(port)
            deliver_drop_privilege
            domainlist known = \(names)
            acl_smtp_rcpt = recipient
            begin acl
            recipient:
             deny domains = !+known
             accept
            begin routers
            \(routers.joined())
            begin transports
            \(transports.joined())
            begin retry
            * * F,1h,2s

            """
    }
}
