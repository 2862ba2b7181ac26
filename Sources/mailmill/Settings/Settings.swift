import Collector
import Foundation
import Logging
import MailEvents

/// Everything that can be set, with defaults filled in. Made once, handed to what needs it.
struct Settings: Sendable {
    /// What a host does.
    enum Role: String, Sendable, CaseIterable {
        case database
        case manager
        case web
        case collector
    }

    struct Database: Sendable {
        var directory: String
        var socketDirectory: String?
        var host: String?
        var port: Int
        var listen: [String]
        var certificate: String?
        var key: String?
        var rootCertificate: String?
        var passwordFile: String?
        var binaries: String?
        var account: String
        var allowedFileSystems: [String]
        var stopsWithServe: Bool
    }

    struct Console: Sendable {
        var host: String
        var port: Int
        var certificate: String?
        var key: String?
        var publicURL: String?
        var allowsPlainHTTP: Bool
        var assets: String
    }

    /// One log to follow.
    struct Source: Sendable, Equatable {
        enum Input: Sendable, Equatable {
            case file(String)
            /// The journal; a folder for a journal that is not the running system's.
            case journald(directory: String?)
            /// Bundled samples, replayed as if live.
            case samples
        }

        var format: LogFormat
        var input: Input
        var node: String
    }

    struct CollectorPart: Sendable {
        var directory: String
        var spoolKeep: Duration
        var spoolBytes: Int64
    }

    var roles: Set<Role>
    var database: Database
    var console: Console
    var collector: CollectorPart
    var sources: [Source]
    var logLevel: Logger.Level
}
