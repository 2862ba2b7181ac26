import Accounts
import ArgumentParser
import Collector
import MailEvents
import PostgresClient
import PostgresServer
import Store
import WebConsole

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
        case is InputError: noInput
        case is DatabaseAway: unavailable
        case is AccountProblem, is AccountsError, is RuleFileProblem: dataError
        case WebConsoleError.addressUnavailable: unavailable
        case is WebConsoleError: configuration
        case CollectorError.importInUse: temporaryFailure
        case is CollectorError: noInput
        case let error as PostgresServerError: of(error)
        case let error as PostgresClientError where error.isOutage: unavailable
        case let error as PostgresClientError where error.sqlState == .insufficientPrivilege: noPermission
        case let error as StoreError:
            switch error {
            case .migrationBlocked, .replayedElsewhere, .ingestRefused: temporaryFailure
            case .databaseIsNewer, .databaseIsOlder: unavailable
            case .missingResource, .migrationChanged, .sourceNotOpen: software
            }
        default: software
        }
    }

    private static func of(_ error: PostgresServerError) -> ExitCode {
        switch error {
        case .setting, .configurationRefused, .configurationInvalid, .socketPathTooLong, .fileSystemRefused:
            configuration
        case .wrongOwner, .wrongPermissions, .accountMissing, .accountUnusable: noPermission
        case .diskTooFull, .initialiseInProgress, .leftoversRunning, .stopUnfinished: temporaryFailure
        case .binariesMissing, .toolMissing, .fileSystemReadOnly, .fileSystemUnfit, .notInitialised, .notEmpty,
            .notOurs,
            .locked, .singleUserAtWork, .pidFileRemoved, .pidFileUnusable, .socketInUse, .portInUse, .startFailed,
            .startStalled, .wrongServer, .notRunning, .unreachable:
            unavailable
        case .initialiseFailed, .launcherFailed, .system: software
        }
    }
}
