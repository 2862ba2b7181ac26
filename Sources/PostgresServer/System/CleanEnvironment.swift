/// The environment of programs that run as the service account: nothing is inherited, so that no `LD_…` or `PG…`
/// variable of whoever typed the command reaches the server.
enum CleanEnvironment {
    static func variables(adding extra: [String: String] = [:]) -> [String: String] {
        [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": "/",
        ].merging(extra) { $1 }
    }
}
