internal import FoundationEssentials
internal import Glibc
package import SystemPackage

/// What `database archive` or `unarchive` did.
package struct ArchiveOutcome: Sendable, Equatable {
    package let size: ByteCount
    package let took: Duration
    /// Where the cluster that was replaced is kept.
    package let kept: FilePath?
}

extension DatabaseServer {
    /// Writes the stopped cluster, with checksums of every file, as a compressed tar file. For a machine of the same
    /// architecture; `dump` is for any other.
    ///
    /// - Parameter output: the file, as `ClusterArchiveFile.make` gives it.
    /// - Throws: `serverRuns`; `unfit` for a cluster that was not shut down.
    package func archive(to output: FileDescriptor, progress: @escaping ServerProgressHandler) async throws
        -> ArchiveOutcome
    {
        let begin = ContinuousClock().now
        try checkStopped("archive it")
        let size = try await BlockingWork.run { () -> ByteCount in
            let binaries = try self.binaries()
            guard case .taken(let lock) = try ClusterLock.attempt(cluster.path) else {
                throw PostgresServerError.locked(cluster: cluster.path, holders: [])
            }
            defer { lock.closeQuietly() }
            let control = try ControlData.read(cluster, with: binaries)
            guard control.isShutDown else {
                throw BackupError.unfit(
                    path: cluster.path,
                    reason: "it was not shut down (\(control.state)); start it and stop it first"
                )
            }
            let place = layout.root.appending("archiving")
            try FileTree.remove(place)
            try Backups.makeFolder(place)
            defer { try? FileTree.remove(place) }  // the next archive removes it otherwise
            progress(.step("summing every file"))
            let description = try ArchiveDescription(of: cluster, with: binaries)
            let text = String(decoding: try JSONEncoder().encode(description), as: UTF8.self)
            try SmallFile.replace(
                place.appending(ArchiveDescription.fileName),
                with: text,
                permissions: .ownerReadWrite
            )
            let sums = place.appending(ArchiveDescription.checksumName)
            try shell(
                "cd \"$1\" && find . -type f ! -name postmaster.opts -print0 | sort -z | xargs -0 -r sha256sum > \"$2\"",
                [cluster.path.string, sums.string],
                "sum the files"
            )
            progress(.step("writing \(description.size)"))
            try tar(
                [
                    "--create", "--use-compress-program=zstd -1 -T0", "--exclude=postmaster.opts", "--file=-",
                    "--directory=\(place)", ArchiveDescription.fileName, ArchiveDescription.checksumName,
                    "--directory=\(layout.root)", "cluster",
                ],
                output: output
            )
            try ClusterArchiveFile.finish(output)
            return description.size
        }
        return ArchiveOutcome(size: size, took: begin.duration(to: ContinuousClock().now), kept: nil)
    }

    /// Unpacks an archive beside the cluster, checks it, and puts it in the cluster's place, which is kept. Whatever is
    /// wrong is found before anything is replaced.
    ///
    /// - Parameter input: the file, open for reading.
    package func unarchive(from input: FileDescriptor, progress: @escaping ServerProgressHandler) async throws
        -> ArchiveOutcome
    {
        let begin = ContinuousClock().now
        try checkStopped("unarchive")
        return try await BlockingWork.run {
            let place = BackupLayout(layout).restoring
            try FileTree.remove(place)
            try Backups.makeFolder(place)
            defer { try? FileTree.remove(place) }  // the next one removes it otherwise
            progress(.step("unpacking"))
            try tar(
                ["--extract", "--use-compress-program=zstd", "--file=-", "--directory=\(place)", "--no-same-owner"],
                input: input
            )
            let unpacked = ClusterFolder(path: place.appending("cluster"))
            let description = try ArchiveDescription.read(place.appending(ArchiveDescription.fileName))
            progress(.step("checking every file"))
            try check(unpacked, description, sums: place.appending(ArchiveDescription.checksumName))
            progress(.step("syncing to disk"))
            _ = try ToolRun.run("/bin/sync", ["--file-system", place.string])
            let kept = try ClusterSwap(layout: layout).put(unpacked, reason: "unarchive")
            return ArchiveOutcome(size: description.size, took: begin.duration(to: ContinuousClock().now), kept: kept)
        }
    }

    private func check(_ unpacked: ClusterFolder, _ description: ArchiveDescription, sums: FilePath) throws {
        guard description.format == ArchiveDescription.currentFormat else {
            throw BackupError.unfit(path: unpacked.path, reason: "the archive was made by a later release")
        }
        guard description.architecture == ArchiveDescription.machine() else {
            throw BackupError.unfit(
                path: unpacked.path,
                reason:
                    "the archive is of \(description.architecture), this machine is \(ArchiveDescription.machine()); "
                    + "use `mailmill dump` and `mailmill restore-dump`"
            )
        }
        let binaries = try BinarySearch(extraDirectory: settings.binDirectory).find(major: unpacked.major())
        let layout = try ArchiveDescription.layout(of: unpacked, with: binaries)
        let identifier = try ControlData.read(unpacked, with: binaries).systemIdentifier
        guard layout == description.layout, identifier == description.systemIdentifier else {
            throw BackupError.notAsRecorded(
                what: "the archived cluster",
                differences: DatabaseFigures.differences(recorded: description.layout, found: layout)
            )
        }
        try shell(
            "cd \"$1\" && sha256sum --check --quiet --strict \"$2\"",
            [unpacked.path.string, sums.string],
            "compare the files"
        )
        try unpacked.checkMadeByMailmill()
    }

    private func checkStopped(_ action: String) throws {
        switch StartDecision(
            judgement: try judgement(),
            holder: try ClusterLock.holder(of: cluster.path, in: processes)
        ) {
        case .launch: return
        case .join, .singleUser, .waitForFile, .waitForLeftovers:
            throw BackupError.serverRuns(cluster: cluster.path, action: action)
        }
    }

    private func shell(_ script: String, _ arguments: [String], _ action: String) throws {
        let run = try ToolStream.run("/bin/sh", ["-c", script, "sh"] + arguments)
        guard run.status.succeeded else {
            throw BackupError.damaged(what: "\(arguments[0]) (\(action))", output: run.lines)
        }
    }

    private func tar(_ arguments: [String], input: FileDescriptor? = nil, output: FileDescriptor? = nil) throws {
        let nothing = try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
        defer { nothing.closeQuietly() }
        let errors = try FileDescriptor.pipe(options: .closeOnExec)
        defer { errors.readEnd.closeQuietly() }
        let child: ChildProcess
        do {
            defer { errors.writeEnd.closeQuietly() }
            child = try ChildProcess.spawn(
                "/usr/bin/setpriv",
                arguments: ["--pdeathsig", "TERM", "--", "/bin/tar"] + arguments,
                environment: CleanEnvironment.variables(),
                input: input ?? nothing,
                output: output ?? nothing,
                errors: errors.writeEnd,
                ownSession: false
            )
        }
        let said = String(decoding: try errors.readEnd.readToEnd(limit: 1 << 16), as: UTF8.self)
        let status = child.wait()
        guard status.succeeded else {
            throw BackupError.toolFailed(
                tool: "tar",
                status: status,
                output: said.split(separator: "\n").map(String.init)
            )
        }
    }
}
