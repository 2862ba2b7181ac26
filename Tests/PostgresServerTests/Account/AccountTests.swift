import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct AccountTests {
    @Test func accountsAreFoundByName() throws {
        #expect(ServiceAccount.named("root")?.userID == 0)
        #expect(ServiceAccount.named("no-such-account") == nil)
        #expect(ServiceAccount.userName(0) == "root")
        #expect(ServiceAccount.userName(3_999_999_999) == "user 3999999999")
        #expect(ServiceAccount.groupID(named: "no-such-group") == nil)
    }

    @Test(.enabled(if: Scratch.isRoot)) func anAccountIsMadeOnce() throws {
        let first = try ServiceAccount.ensure(name: "mailmill-test")
        let second = try ServiceAccount.ensure(name: "mailmill-test")
        #expect(first.account == second.account)
        #expect(!second.created)
        #expect(first.account.userID != 0)
        let entry = try ToolRun.run("/usr/bin/getent", ["passwd", "mailmill-test"])
        #expect(entry.output.contains(":/usr/sbin/nologin"))
    }

    @Test(.enabled(if: Scratch.isRoot)) func anOrdinaryUserRunsTheWholeOfItAsThemselves() async throws {
        try await withScratch(cluster: false) { scratch in
            // The user of the account, without root: the program is copied to where that user can read it.
            let program = scratch.folder.appending("server-launcher")
            _ = try await command("/bin/cp", [try Scratch.program().string, program.string])
            let account = try Scratch.account()
            let wrapper = [
                "/usr/bin/setpriv", "--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups",
                program.string,
            ]
            // The setting names an account that an ordinary user cannot become, and need not.
            let settings = try scratch.settings { $0.account = "mailmill" }
            let data = try JSONEncoder().encode(settings)
            let file = scratch.folder.appending("settings.json")
            try file.write(String(decoding: data, as: UTF8.self))
            for (verb, word) in [
                ("init", "created"), ("init", "there"), ("start", "started"), ("start", "running"),
                ("psql", "mailmill_report"), ("stop", "stopped"), ("stop", "idle"),
            ] {
                let run = try await command(
                    FilePath(wrapper[0]),
                    Array(wrapper.dropFirst()) + ["verb", verb, file.string]
                )
                #expect(run.output.hasPrefix(word), "\(verb): \(run.output)\(run.errors)")
            }
            #expect(try Stat(scratch.root).userID.rawValue == account.userID)

            // Another user may not even look.
            let stranger = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program.string]
            for verb in ["start", "stop", "init"] {
                let run = try await command(
                    FilePath(stranger[0]),
                    Array(stranger.dropFirst()) + ["verb", verb, file.string]
                )
                #expect(!run.status.succeeded)
                #expect(
                    run.errors.hasPrefix("cannot ") && run.errors.contains("run as root or as the owner"),
                    "\(run.errors)"
                )
            }
        }
    }
}
