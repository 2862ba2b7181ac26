import ArgumentParser
import PostgresServer
import Store

struct DatabaseDesignateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "designate",
        abstract: "Decides which host's server takes events; without --yes, tells what it would do.",
        discussion: """
            A server whose host is not the designated one answers reports and takes no events. Each move gets a new \
            epoch: collectors that have seen it report to no older server. Run it on the host of the server that is to \
            know of the move; on both hosts if both can be reached.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The host, by its cluster.host. Default: this one.")
    var host: String?
    @Flag(help: "Do it.")
    var yes = false

    func run() async throws {
        let settings = try global.settings()
        let target = host ?? settings.clusterHost
        try await DatabaseAccess(settings).withPool(.owner) { pool in
            let designation = Designation(pool)
            let now = try await designation.state()
            Terminal.print(DesignationPlan(now: now, target: target, here: settings.clusterHost).text)
            guard yes else { return Terminal.print("nothing was done; --yes does it") }
            guard let epoch = try await designation.designate(target, following: now.epoch) else {
                throw DesignationMoved(host: target)
            }
            Terminal.print("\(target) is designated, epoch \(epoch)")
        }
    }
}

/// Somebody else designated a host at the same time.
struct DesignationMoved: Error, CustomStringConvertible {
    let host: String

    var description: String {
        "another `database designate` was faster, and \(host) was not designated; look again and decide anew"
    }
}

/// What a move of the designation means, for a person to read before it is done.
struct DesignationPlan {
    let now: Designation.State
    let target: String
    /// This host's name.
    let here: String

    var text: String {
        let present = now.host.isEmpty ? "no host is designated, any takes events" : "\(now.host) is designated"
        var lines = ["now:  \(present); epoch \(now.epoch), since \(RFC3339.text(now.since))"]
        if !now.refusal.isEmpty { lines.append("      this server takes no events: \(now.refusal)") }
        lines.append("then: \(target) is designated; epoch \(now.epoch + 1)")
        if target == here {
            lines.append("      this server takes events, unless its cluster.database_host names another host")
            if !now.host.isEmpty, now.host != here {
                lines.append(
                    "      stop the server of \(now.host) if it can be reached, and set cluster.database_host there"
                )
            }
        } else {
            lines.append("      this server takes no events any more; reports are answered")
            lines.append("      then designate \(target) on its own host as well")
        }
        lines.append("      collectors that have seen epoch \(now.epoch + 1) report to no older server")
        return lines.joined(separator: "\n")
    }
}
