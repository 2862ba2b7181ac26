import Foundation

/// A real Postfix of the test's own, on loopback ports, in the test's folder. Needs root, as Postfix does.
struct PostfixInstance: Sendable {
    private static let commands = "/usr/sbin"
    private static let daemons = "/usr/lib/postfix/sbin"

    let folder: TestFolder
    let port: Int
    /// Its configuration folder.
    let configuration: String
    let log: String
    private let sinks: [SMTPSink]

    /// Writes its configuration, with a sink for each domain, and starts it.
    ///
    /// - Parameter routes: recipient domains, each with the sink that its mail goes to.
    static func start(in folder: TestFolder, routes: [(domain: String, sink: SMTPSink)]) async throws -> PostfixInstance
    {
        let instance = try PostfixInstance(in: folder, routes: routes)
        try await instance.command("postfix", ["-c", instance.configuration, "start"])
        try await eventually("Postfix's start", every: .milliseconds(20)) {
            let text = FileManager.default.contents(atPath: instance.log).map { String(decoding: $0, as: UTF8.self) }
            return text?.contains("daemon started") == true
        }
        return instance
    }

    private init(in folder: TestFolder, routes: [(domain: String, sink: SMTPSink)]) throws {
        self.folder = folder
        port = try Port.free()
        sinks = routes.map(\.sink)
        configuration = try folder.folder("postfix/etc")
        let logs = try folder.folder("postfix/log")
        log = "\(logs)/mail.log"
        try folder.folder("postfix/queue")
        let data = try folder.folder("postfix/data")
        guard let account = getpwnam("postfix") else { throw TestTrouble("Postfix's account is missing") }
        guard chown(data, account.pointee.pw_uid, account.pointee.pw_gid) == 0 else {
            throw TestTrouble("chown \(data): \(String(cString: strerror(errno)))")
        }
        let table = try folder.file(
            "postfix/etc/transport",
            routes.map { "\($0.domain) smtp:[127.0.0.1]:\($0.sink.port)\n" }.joined()
        )
        try folder.file("postfix/etc/main.cf", main(routes.map(\.domain), transport: table))
        try folder.file("postfix/etc/master.cf", master)
    }

    func stop() async throws {
        try await command("postfix", ["-c", configuration, "stop"])
        try await eventually("Postfix's end") { ProcessTable.entries(inside: "\(folder.path)/postfix").isEmpty }
    }

    /// Sends messages by SMTP with Postfix's own generator.
    ///
    /// - Parameter recipients: of each message; more than one are numbered by smtp-source.
    func send(_ count: Int, from sender: String, to recipient: String, recipients: Int = 1) async throws {
        let source = try Program(
            "\(Self.commands)/smtp-source",
            [
                "-4", "-s", "4", "-m", "\(count)", "-l", "600", "-r", "\(recipients)", "-f", sender, "-t", recipient,
                "127.0.0.1:\(port)",
            ],
            in: folder
        )
        // A refused recipient makes it end with a status of its own; what counts is what Postfix logged.
        try await source.finish()
        source.forget()
    }

    /// Submits a message on the host, through the pickup service.
    func submit(from sender: String, to recipients: [String]) async throws {
        let message = try folder.file(
            "message",
            "From: <\(sender)>\nTo: undisclosed\nSubject: test\n\nA message.\n"
        )
        let sendmail = try Program(
            "\(Self.commands)/sendmail",
            ["-C", configuration, "-f", sender, "-i", "--"] + recipients,
            in: folder,
            input: message
        )
        guard try await sendmail.finish() == .status(0) else { throw TestTrouble("sendmail: \(sendmail.errors)") }
    }

    /// Names of the queues that messages are in, one for each message.
    func queue() async throws -> [String] {
        let postqueue = try Program("\(Self.commands)/postqueue", ["-c", configuration, "-j"], in: folder)
        guard try await postqueue.finish() == .status(0) else { throw TestTrouble("postqueue: \(postqueue.errors)") }
        return postqueue.output.split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"queue_name\": \"").map { range in
                String(line.suffix(from: range.upperBound).prefix { $0 != "\"" })
            }
        }
    }

    @discardableResult
    func command(_ name: String, _ arguments: [String]) async throws -> Program {
        let program = try Program("\(Self.commands)/\(name)", arguments, in: folder)
        let ending = try await program.finish()
        guard ending == .status(0) else { throw TestTrouble("`\(program.name)`: \(ending) \(program.errors)") }
        return program
    }

    // MARK: - Configuration

    private func main(_ domains: [String], transport: String) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(folder.path)/postfix/queue
        data_directory = \(folder.path)/postfix/data
        command_directory = \(Self.commands)
        daemon_directory = \(Self.daemons)
        myhostname = mx1.example.net
        mydestination = mx1.example.net
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        smtp_host_lookup = native
        mynetworks =
        alias_maps =
        alias_database =
        maillog_file = \(log)
        maillog_file_prefixes = \(folder.path)
        relay_domains = \(domains.joined(separator: " "))
        transport_maps = texthash:\(transport)
        local_recipient_maps = inline:{ postmaster=postmaster }
        smtpd_recipient_restrictions =
            reject_unauth_destination,
            check_recipient_access inline:{ { greylisted@accept.example = 450 4.2.0 come back later } }
        header_checks = regexp:{ { /^X-Refused:/ REJECT not this } }
        queue_run_delay = 3s
        minimal_backoff_time = 3s
        maximal_backoff_time = 3s
        smtp_destination_concurrency_failed_cohort_limit = 0
        smtp_tls_security_level = none
        smtpd_tls_security_level = none

        """
    }

    private var master: String {
        """
        127.0.0.1:\(port) inet n - n - - smtpd
        pickup    unix  n - n 60    1 pickup
        cleanup   unix  n - n -     0 cleanup
        qmgr      unix  n - n 300   1 qmgr
        rewrite   unix  - - n -     - trivial-rewrite
        bounce    unix  - - n -     0 bounce
        defer     unix  - - n -     0 bounce
        trace     unix  - - n -     0 bounce
        verify    unix  - - n -     1 verify
        flush     unix  n - n 1000? 0 flush
        proxymap  unix  - - n -     - proxymap
        smtp      unix  - - n -     - smtp
        relay     unix  - - n -     - smtp
        showq     unix  n - n -     - showq
        error     unix  - - n -     - error
        retry     unix  - - n -     - error
        discard   unix  - - n -     - discard
        local     unix  - n n -     - local
        anvil     unix  - - n -     1 anvil
        scache    unix  - - n -     1 scache
        postlog   unix-dgram n - n - 1 postlogd

        """
    }
}
