import Collector
import Foundation
import Logging
import MailEvents
import PostgresServer
import Store

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
        var socketGroup: String?
        var collectorUsers: [String]
        var reportUsers: [String]
        var maxConnections: Int
        var maxWALSize: Int64?
        var sharedBuffers: Int64?
        var ballast: Int64?
        var logKeepDays: Int
        var logKeepBytes: Int64
        /// What becomes of the server when `serve` ends.
        var atShutdown: ServerAtShutdown
    }

    struct Backup: Sendable {
        var repository: BackupRepository
        /// Minute of the day in UTC; nil for no schedule.
        var minuteOfDay: Int?
        var fullEvery: Duration
        var proveEvery: Duration
        var keepDays: Int
        var keepAtLeast: Int
        var fresh: Duration
        var processes: Int
        var encryptionKey: String?
        var walLimit: Int64?
        var engine: String
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

    struct Migration: Sendable {
        /// When deferred migrations may move rows; nil: at any time.
        var window: MoveWindow?
    }

    /// One log to follow.
    struct Source: Sendable, Equatable {
        enum Input: Sendable, Equatable {
            case file(String)
            /// Files by a shell pattern, each written once.
            case pattern(String)
            /// The journal; a folder for a journal that is not the running system's.
            case journald(directory: String?)
            /// Bundled samples, replayed as if live.
            case samples
            /// Syslog, received by these sockets; several of a node and format are told apart by a name.
            case syslog([SyslogAddress], name: String?)
            /// A log hook, received at `/hooks/<name>` from whoever shows the token in the file.
            case hook(name: String, tokenFile: String)
        }

        /// Nil: told by the first lines of the file.
        var format: LogFormat?
        var input: Input
        var node: String
        /// Whether the queue's sizes are sampled, where the format's server can tell them.
        var samplesQueue = true
        /// The server's HTTP listener that tells queues and connections.
        var queueAddress: String?
        /// Folder of a Postfix instance that is not the standard one.
        var postfixConfiguration: String?

        /// As the database knows it, among those of its node.
        var name: String {
            switch input {
            case .file(let path), .pattern(let path): path
            case .journald(let directory): directory.map { "journald \($0)" } ?? "journald"
            case .samples: "samples"
            case .syslog(_, let name): name.map { "syslog \($0)" } ?? "syslog"
            case .hook(let name, _): "hook \(name)"
            }
        }

        /// For a person.
        var formatName: String { format?.rawValue ?? "format by its lines" }
    }

    /// The receiver of log hooks.
    struct Hooks: Sendable {
        var host: String
        var port: Int
        var certificate: String?
        var key: String?
        var allowsPlainHTTP: Bool
        var bodyLimit: Int
    }

    struct CollectorPart: Sendable {
        var directory: String
        var spoolKeep: Duration
        var spoolBytes: Int64
        /// A site's own rule files.
        var bounceRules: [String]
        /// What is stored of mail addresses.
        var addresses: AddressPrivacy
    }

    var roles: Set<Role>
    /// This host's name in the cluster.
    var clusterHost: String
    /// The host whose database takes events; empty: not said here.
    var designatedHost: String
    var database: Database
    var backup: Backup
    var migration: Migration
    /// How long things are kept.
    var retention: RetentionRules
    var console: Console
    var collector: CollectorPart
    var hooks: Hooks
    var sources: [Source]
    var logLevel: Logger.Level
    /// `--config` and `--set` that give another process of this program the same settings.
    var options: [String] = []
}
