import ArgumentParser
import PostgresClient
import Store

/// The one mapping from errors to exit status (sysexits.h).
enum ExitStatus {
    static let dataError = ExitCode(65)
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let software = ExitCode(70)
    static let temporaryFailure = ExitCode(75)
    static let noPermission = ExitCode(77)
    static let configuration = ExitCode(78)

    static func of(_ error: any Error) -> ExitCode {
        switch error {
        case is SettingsError: configuration
        case let error as PostgresClientError where error.isOutage: unavailable
        case let error as PostgresClientError where error.sqlState == .insufficientPrivilege: noPermission
        case let error as StoreError:
            switch error {
            case .migrationBlocked: temporaryFailure
            case .databaseIsNewer, .databaseIsOlder: unavailable
            case .missingResource, .migrationChanged, .sourceNotOpen: software
            }
        default: software
        }
    }
}
