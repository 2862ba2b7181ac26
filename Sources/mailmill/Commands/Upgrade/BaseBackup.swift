import PostgresServer

/// The base backup that belongs to every upgrade, and to every way back: no older backup and no archived write-ahead log
/// fits the cluster that works from then on. What goes wrong with it is said, and undoes nothing.
struct BaseBackup {
    let settings: Settings

    func take() async {
        guard settings.server.settings.backup != nil else { return }
        guard await settings.server.status().state == .running else {
            Terminal.print("no older backup fits this cluster: when it runs, take one with `mailmill backup create`")
            return
        }
        do {
            Terminal.note("taking a base backup: no older one fits this cluster")
            let outcome = try await settings.backups().create(.full)
            Terminal.print(
                "took base backup \(outcome.backup.label) in \(DatabaseCommand.seconds(outcome.took)); the write-ahead log is "
                    + "archived again"
            )
        } catch {
            Terminal.note("warning: no base backup was taken, and no older one fits this cluster: \(error)")
            Terminal.note("take one with `mailmill backup create`; until then there is no restore of this cluster")
        }
    }
}
