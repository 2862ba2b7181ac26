import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct StartStopTests {
    @Test func startStopAndRestartSayWhatHappened() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            #expect(try await !server.stop().stopped)
            let first = try await server.start()
            #expect(first.started)
            #expect(first.socket == server.layout.socket.string)
            let second = try await server.start()
            #expect(!second.started)
            #expect(second.pid == first.pid)
            #expect(server.starter(of: first.pid) == .command)
            let third = try await server.restart()
            #expect(third.started)
            #expect(third.pid != first.pid)
            let stop = try await server.stop()
            #expect(stop.stopped)
            #expect(stop.pid == third.pid)
            #expect(try ControlData.read(server.cluster, with: server.binaries()).isShutDown)
            #expect(try FileTree.names(in: server.layout.socketDirectory) == [])
        }
    }

    @Test func withoutAClusterStartSaysHowToMakeOne() async throws {
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server()
            await #expect(throws: PostgresServerError.notInitialised(cluster: server.cluster.path)) {
                _ = try await server.start()
            }
            #expect(try await !server.stop().stopped)
            #expect(await server.status().state == .notInitialised)
        }
    }

    @Test func theServerIsTheAccountsWithNothingInheritedAndNoWayBack() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            setenv("LD_MAILMILL_TEST", "/evil.so", 1)
            setenv("PGOPTIONS", "-c fsync=off", 1)
            defer {
                unsetenv("LD_MAILMILL_TEST")
                unsetenv("PGOPTIONS")
            }
            let outcome = try await server.start()
            let process = FilePath("/proc").appending("\(outcome.pid)")
            let account = try Scratch.account()
            let status = try process.appending("status").text()
            let ids = "\(account.userID)\t\(account.userID)\t\(account.userID)\t\(account.userID)"
            #expect(status.contains("Uid:\t\(ids)\n"))
            if Scratch.isRoot { #expect(status.contains("CapEff:\t0000000000000000\n")) }
            let environment = try process.appending("environ").text()
            #expect(!environment.contains("LD_") && !environment.contains("PGOPTIONS"))
            #expect(environment.contains("PG_OOM_ADJUST_VALUE=0"))
            #expect(getsid(outcome.pid) == outcome.pid)
            let descriptors = try FileTree.names(in: process.appending("fd")) ?? []
            let targets = try descriptors.map {
                try FileManager.default.destinationOfSymbolicLink(atPath: process.appending("fd").appending($0).string)
            }
            #expect(targets[0] == "/dev/null")
            let allowed = ["pipe:", "socket:", "/dev/null", server.cluster.path.string]
            #expect(targets.allSatisfy { target in allowed.contains { target.hasPrefix($0) } }, "\(targets)")
            #expect(try await server.text("SELECT current_setting('fsync')") == "on")
        }
    }

    @Test func safetySettingsWinOverFilesAndAlterSystem() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            for setting in ["fsync = off", "full_page_writes = off", "synchronous_commit = off", "port = 6000"] {
                try await server.run("ALTER SYSTEM SET \(setting)")
            }
            try await server.run("SELECT pg_reload_conf()")
            #expect(try await server.text("SELECT current_setting('fsync')") == "on")
            #expect(try await server.text("SELECT current_setting('synchronous_commit')") == "on")
            #expect(try await server.text("SELECT current_setting('data_checksums')") == "on")
            _ = try await server.stop()
            // At the next start they are not overruled in silence.
            await #expect {
                _ = try await server.start()
            } throws: {
                "\($0)".contains("postgresql.auto.conf:") && "\($0)".contains("fsync = off would lose or damage data")
            }
        }
    }

    @Test func operatorsSettingsWinAndTheirFileIsNeverTouched() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try server.cluster.localConfiguration.append("work_mem = 9MB\nport = 6001\n")
            let text = try server.cluster.localConfiguration.text()
            let outcome = try await server.start()
            #expect(try await server.text("SELECT current_setting('work_mem')") == "9MB")
            #expect(
                outcome.warnings.contains { $0.contains("90-local.conf") && $0.contains("port has no effect here") }
            )
            #expect(try server.cluster.localConfiguration.text() == text)
            #expect(try await server.text("SELECT current_setting('port')") == "5432")
        }
    }

    @Test func aDamagedConfigurationIsToldAndNothingIsStarted() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let folder = server.cluster.configurationFolder
            for (name, line, told) in [
                ("90-local.conf", "shared_buffers = lots", "90-local.conf"),
                ("90-local.conf", "no_such_thing = 1", "no_such_thing"),
                ("90-local.conf", "this is not a line", "syntax error"),
                ("90-local.conf", "fsync = off", "fsync = off would lose"),
                ("90-local-hba.conf", "local all all trust", "90-local-hba.conf:"),
                ("90-local-hba.conf", "host all all 0.0.0.0/0 md5", "md5 is broken"),
                ("90-local-hba.conf", "local all all nonsense", "invalid authentication method"),
            ] {
                let file = folder.appending(name)
                let good = try file.text(default: "")
                try file.append(line + "\n")
                await #expect {
                    _ = try await server.start()
                } throws: {
                    "\($0)".contains(told)
                }
                #expect(try PostmasterFile.read(server.cluster.pidFile) == .missing, "\(line)")
                #expect(try ClusterLock.holder(of: server.cluster.path) == .nobodySeen, "\(line)")
                try file.write(good)
            }
            #expect(try await server.start().started)
        }
    }

    @Test func aFailedStartShowsItsOwnLogLinesAlone() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            try await server.run("DO $$ BEGIN RAISE LOG 'words of an older day'; END $$")
            _ = try await server.stop()
            let log = server.cluster.writeAheadLog
            let segment = try #require(try FileTree.names(in: log)?.first { $0.utf8.count == 24 })
            rename(log.appending(segment).string, log.appending("aside").string)
            await #expect {
                _ = try await server.start()
            } throws: { error in
                guard case PostgresServerError.startFailed(_, let status, let log) = error else { return false }
                return status != .exited(0) && log.contains { $0.contains("could not locate a valid checkpoint") }
                    && !log.contains { $0.contains("older day") }
            }
            rename(log.appending("aside").string, log.appending(segment).string)
            #expect(try await server.start().started)
        }
    }

    @Test func afterKillingThePostmasterItStartsAndKeepsWhatWasCommitted() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            try await server.run("CREATE TABLE t (n int)")
            for round in 1...3 {
                try await server.run("INSERT INTO t VALUES (\(round))")
                let pid = try await server.start().pid
                kill(pid, SIGKILL)
                let again = try await server.start()
                #expect(again.started)
                #expect(again.pid != pid)
                #expect(try await server.text("SELECT count(*) FROM t") == "\(round)")
            }
        }
    }

    @Test func manyStartsAtOnceGiveOneServer() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let processes = try (0..<20).map { _ in try ServerProcess("start", scratch) }
            var pids: Set<String> = []
            var started = 0
            for process in processes {
                let (status, output) = try await process.ended()
                #expect(status.succeeded, "\(output)")
                let words = output.split(whereSeparator: \.isWhitespace)
                if words.first == "started" { started += 1 }
                pids.insert(String(words.last ?? ""))
            }
            #expect(started == 1)
            #expect(pids.count == 1)
            #expect(await server.status().pid.map(String.init) == pids.first)
        }
    }

    @Test func aClientThatHoldsOnDoesNotHoldAStop() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            let sleeper = Task { try await server.run("SELECT pg_sleep(60)", as: .report) }
            try await eventually("a session sleeps") {
                try await server.text("SELECT count(*) FROM pg_stat_activity WHERE usename = 'mailmill_report'") == "1"
            }
            #expect(try await server.stop().stopped)
            await #expect(throws: (any Error).self) { try await sleeper.value }
        }
    }

    @Test func aStopThatTakesTooLongNamesWhatHoldsItAndNeverKills() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            // A frozen process cannot end.
            let sleeper = Task { try await server.run("SELECT pg_sleep(60)", as: .report) }
            try await eventually("a session sleeps") {
                ServerChildren(of: pid, in: server.processes).children.contains { $0.title.contains("SELECT") }
            }
            let session = try #require(
                ServerChildren(of: pid, in: server.processes).children.first { $0.title.contains("SELECT") }
            )
            kill(session.pid, SIGSTOP)
            await #expect {
                _ = try await server.stop(limit: .seconds(1))
            } throws: { error in
                guard case PostgresServerError.stopUnfinished(_, 1, let blockers) = error else { return false }
                return blockers.map(\.pid) == [session.pid] && blockers[0].command.hasPrefix("mailmill_report mailmill")
            }
            #expect(await server.status().state == .stopping)
            kill(session.pid, SIGCONT)
            #expect(try await server.stop().stopped)
            _ = try? await sleeper.value
        }
    }

    @Test func recoveryMayTakeItsTimeButNotStandStill() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            // A recovery that waits for an archive that does not answer.
            try server.cluster.localConfiguration.append("restore_command = 'exec sleep 60 9>&-'\n")
            try server.cluster.path.appending("recovery.signal").write("")
            chmod(server.cluster.path.appending("recovery.signal").string, 0o644)
            let seen = Mutex<[ServerProgress]>([])
            await #expect {
                _ = try await server.start(StartOptions(stallLimit: .seconds(2))) { step in
                    seen.withLock { $0.append(step) }
                }
            } throws: { error in
                guard case PostgresServerError.startStalled(_, let seconds, let activity) = error else { return false }
                return seconds >= 2 && activity.hasPrefix("startup")
            }
            #expect(seen.withLock { $0.contains { if case .recovering = $0 { true } else { false } } })
            // It was left alone, and can be looked at and stopped.
            let status = await server.status()
            #expect([.starting, .recovering].contains(status.state))
            #expect(status.exitCode == 0)
            #expect(try await server.stop().stopped)
        }
    }

    @Test func anImmediateStopIsRecoveredFrom() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            try await server.run("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n")
            #expect(try await server.stop(.immediate).stopped)
            #expect(try !ControlData.read(server.cluster, with: server.binaries()).isShutDown)
            _ = try await server.start()
            #expect(try await server.text("SELECT count(*) FROM t") == "1000")
        }
    }

    @Test func aReloadIsCheckedFirst() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            await #expect(throws: PostgresServerError.notRunning(cluster: server.cluster.path)) {
                _ = try await server.reload()
            }
            _ = try await server.start()
            try server.cluster.localConfiguration.append("work_mem = 11MB\nshared_buffers = 70MB\n")
            let outcome = try await server.reload()
            #expect(outcome.needRestart == ["shared_buffers"])
            try await eventually("the new value counts") {
                try await server.text("SELECT current_setting('work_mem')") == "11MB"
            }
            try server.cluster.localAuthentication.append("local all all trust\n")
            await #expect(throws: PostgresServerError.self) { _ = try await server.reload() }
            try server.cluster.localAuthentication.write("local all all nonsense\n")
            await #expect {
                _ = try await server.reload()
            } throws: {
                "\($0)".contains("invalid authentication method")
            }
        }
    }
}
