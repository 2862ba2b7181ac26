internal import SystemPackage

extension DatabaseServer {
    /// WAL that may pile up: the operator's `max_wal_size` where one is set, else the plan's.
    func maxWALSize(disk total: ByteCount) -> ByteCount {
        // What cannot be read is not in force: PostgreSQL would not have started.
        let own = (try? ConfigurationFile.entries(of: cluster.localConfiguration))?
            .last { $0.name == "max_wal_size" }
            .flatMap { ByteCount(setting: $0.value, unit: .mebibytes(1)) }
        return own ?? ResourcePlan(memory: MachineMemory.total(), disk: total, settings: settings).maxWALSize
    }

    func reserve(disk total: ByteCount) -> DiskReserve {
        DiskReserve(disk: total, maxWALSize: maxWALSize(disk: total))
    }

    /// Makes the ballast file again after it was given back, when there is room. Blocks.
    func establishBallast() throws {
        let order = LaunchOrder(
            task: .establishBallast,
            settings: settings,
            account: try ServiceAccount.resolve(settings.account),
            binaries: try binaries()
        )
        _ = try launcher.run(order)
    }
}

extension DatabaseServer {
    /// What is free on the fullest disk that the cluster writes to, and what of that has to stay free.
    package func diskRoom() throws -> (free: ByteCount, total: ByteCount, reserve: DiskReserve) {
        let disks = try [cluster.path, cluster.writeAheadLog].map { try DiskSpace.measure($0) }
        let room = disks.map { disk in (free: disk.free, total: disk.total, reserve: reserve(disk: disk.total)) }
        return room.min { $0.free - $0.reserve.stopsIngestBelow < $1.free - $1.reserve.stopsIngestBelow }
            ?? (.zero, .zero, reserve(disk: .zero))
    }
}
