internal import Foundation
internal import Glibc

/// A PostgreSQL server in a fresh folder that ends, folder and all, when this process ends, however that happens.
///
/// A shell stands between us and the server and reads from a pipe whose other end only this process has. When the
/// process is gone, even by a crash or `kill -9`, the shell reads the end of the pipe, stops the server and removes
/// the folder.
final class ServerProcess: Sendable {
    let folder: String
    private let shell: pid_t
    /// Closed: the server stops.
    private let lifeline: Int32

    private static let script = """
        trap '' INT TERM HUP
        cd /
        bin=$1 dir=$2
        shift 2
        "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            --data-checksums --no-sync --no-instructions >"$dir/log" 2>&1 || exit 1
        server= stopped=
        start() {
            "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= "$@" >>"$dir/log" 2>&1 &
            server=$!
        }
        start "$@"
        while read -r order; do
            case $order in
                stop) kill -INT "$server"; wait "$server" ;;
                crash) kill -QUIT "$server"; wait "$server" ;;
                start) start "$@" ;;
            esac
            echo "$order" >"$dir/done"
        done
        kill -QUIT "$server" 2>/dev/null
        wait "$server"
        rm -rf "$dir"
        """

    /// Memory where there is plenty of it, since databases come and go by the hundred; ext4 without a journal, for one,
    /// searches long for each new inode after many were removed.
    private static func parent() -> String {
        var facts = statvfs()
        guard statvfs("/dev/shm", &facts) == 0, access("/dev/shm", W_OK) == 0,
            UInt64(facts.f_bavail) * UInt64(facts.f_frsize) > 4 << 30
        else { return "/tmp" }
        return "/dev/shm"
    }

    /// - Parameter options: of `postgres`, such as `-c fsync=off`.
    init(_ binaries: ServerBinaries, options: [String]) throws {
        var template = Array("\(Self.parent())/mailmill-scratch.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ScratchError.cannotSpawn("mkdtemp", errno: errno) }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        var command = ["/bin/sh", "-c", Self.script, "scratch-postgres", binaries.folder, path] + options
        if geteuid() == 0, let nobody = getpwnam("nobody") {
            chown(path, nobody.pointee.pw_uid, nobody.pointee.pw_gid)
            command = ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + command
        }
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { throw ScratchError.cannotSpawn("pipe", errno: errno) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(pipe[0]) }
        shell = try Self.spawn(command, input: pipe[0])
        lifeline = pipe[1]
        folder = path
    }

    deinit {
        close(lifeline)
        var status: Int32 = 0
        waitpid(shell, &status, 0)
    }

    /// Tells the shell to `stop`, `crash` or `start` the server; true in `isDone` after it did.
    func order(_ word: String) {
        unlink(folder + "/done")
        let line = Array((word + "\n").utf8)
        _ = write(lifeline, line, line.count)
    }

    var isDone: Bool { access(folder + "/done", F_OK) == 0 }

    /// The last lines that the server wrote.
    var log: String {
        let text = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""  // none yet: nothing to show
        return text.split(separator: "\n").suffix(20).joined(separator: "\n")
    }

    private static func spawn(_ command: [String], input: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID of glibc's spawn.h: a Ctrl-C in the terminal is for the tests, not for the server.
        posix_spawnattr_setflags(&attributes, 0x80)
        let arguments = command.map { strdup($0) } + [nil]
        let environment = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for text in arguments + environment { free(text) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, command[0], &actions, &attributes, arguments, environment)
        guard code == 0 else { throw ScratchError.cannotSpawn(command[0], errno: code) }
        return child
    }
}
