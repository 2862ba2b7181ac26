import Foundation
import PostgresServer
import SystemPackage

extension Settings.Backup {
    /// - Parameter directory: root folder of the database.
    init(_ values: SettingValues, directory: String) throws {
        repository = try Self.repository(values, directory: directory)
        minuteOfDay = try Self.minute(values["backup.schedule"])
        fullEvery = try values["backup.full_every"].duration()
        proveEvery = try values["backup.prove_every"].duration()
        keepDays = try values["backup.keep_days"].whole(in: 1...3650)
        keepAtLeast = try values["backup.keep_at_least"].whole(in: 1...1000)
        fresh = try values["backup.fresh"].duration()
        processes = try values["backup.processes"].whole(in: 1...64)
        encryptionKey = try values["backup.encryption_key"].path()
        walLimit = try values["backup.wal_limit"].bytesIfSet()
        engine = try values["backup.engine"].path() ?? "/usr/bin/pgbackrest"
    }

    private static func minute(_ value: SettingValue) throws -> Int? {
        guard let text = value.nonEmpty else { return nil }
        let parts = text.split(separator: ":")
        guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else {
            throw SettingsError(
                place: value.place,
                problem: "backup.schedule: expected a time of day in UTC such as 02:30, found '\(text)'"
            )
        }
        return hour * 60 + minute
    }

    private static func repository(_ values: SettingValues, directory: String) throws -> BackupRepository {
        let value = values["backup.repository"]
        guard let text = value.nonEmpty else { return .folder(FilePath("\(directory)/backup/repository")) }
        if text.hasPrefix("/") { return .folder(FilePath(text)) }
        guard let address = URLComponents(string: text), let host = address.host, !host.isEmpty,
            ["s3", "sftp"].contains(address.scheme)
        else {
            throw SettingsError(
                place: value.place,
                problem:
                    "backup.repository: expected a folder, s3://BUCKET/PATH or sftp://USER@HOST/PATH, found '\(text)'"
            )
        }
        guard let credentials = try values["backup.credentials"].path() else {
            throw SettingsError(
                place: value.place,
                problem: "backup.repository: \(text) needs backup.credentials, a file with what opens it"
            )
        }
        let path = address.path.isEmpty ? "/" : address.path
        guard address.scheme == "s3" else {
            return .sftp(
                .init(host: host, user: address.user ?? "mailmill", path: path, privateKey: FilePath(credentials))
            )
        }
        return .objects(
            .init(
                bucket: host,
                path: path,
                endpoint: values["backup.s3_endpoint"].string(),
                region: values["backup.s3_region"].string(),
                credentials: FilePath(credentials),
                authority: try values["backup.ca_file"].path().map { FilePath($0) }
            )
        )
    }
}
