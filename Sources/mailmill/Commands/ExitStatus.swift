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
        case is DatabaseAway, is RollbackTooLate, is OlderDatabase: unavailable
        case is DesignationMoved: temporaryFailure
        case is DeferredProblem: dataError
        case is AccountProblem, is AccountsError, is RuleFileProblem: dataError
        case WebConsoleError.addressUnavailable: unavailable
        case is WebConsoleError: configuration
        case CollectorError.importInUse: temporaryFailure
        case is CollectorError: noInput
        case let error as PostgresServerError: of(error)
        case let error as BackupError: of(error)
        case is NotConfirmed: ExitCode(64)
        case let error as MigrationRefused: of(error.underlying)
        case let error as PostgresClientError where error.isOutage: unavailable
        case let error as PostgresClientError where error.sqlState == .insufficientPrivilege: noPermission
        case let error as StoreError:
            switch error {
            case .migrationBlocked, .foldBlocked, .replayedElsewhere, .ingestRefused: temporaryFailure
            case .databaseIsNewer, .databaseIsOlder: unavailable
            case .missingResource, .migrationChanged, .sourceNotOpen: software
            }
        default: software
        }
    }

    private static func of(_ error: BackupError) -> ExitCode {
        switch error {
        case .engineMissing, .engineTooOld, .notArchiving, .occupied, .serverRuns: unavailable
        case .secretUnusable: configuration
        case .badTarget: ExitCode(64)
        case .noBackup, .unknownBackup, .noBackupBefore: noInput
        case .busy, .segmentNotArchived, .diskTooSmall: temporaryFailure
        case .recoveryFailed, .notAsRecorded, .damaged, .unfit: dataError
        case .engineFailed, .toolFailed: software
        }
    }

    private static func of(_ error: PostgresServerError) -> ExitCode {
        switch error {
        case .setting, .configurationRefused, .configurationInvalid, .socketPathTooLong, .fileSystemRefused:
            configuration
        case .wrongOwner, .wrongPermissions, .accountMissing, .accountUnusable: noPermission
        case .diskTooFull, .initialiseInProgress, .upgradeInProgress, .credentialInUse, .leftoversRunning,
            .stopUnfinished:
            temporaryFailure
        case .binariesMissing, .toolMissing, .fileSystemReadOnly, .fileSystemUnfit, .notInitialised, .notEmpty,
            .notOurs,
            .locked, .singleUserAtWork, .pidFileRemoved, .pidFileUnusable, .socketInUse, .portInUse, .startFailed,
            .startStalled, .wrongServer, .notRunning, .unreachable, .upgradeNotPossible, .standbyNotPromotable,
            .standbyFailed:
            unavailable
        case .initialiseFailed, .launcherFailed, .upgradeFailed, .certificateFailed, .upgradeJournalUnreadable, .system:
            software
        }
    }
}
