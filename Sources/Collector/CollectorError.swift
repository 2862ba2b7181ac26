package import SystemPackage

/// What can go wrong while logs are followed.
package enum CollectorError: Error, Equatable {
    /// An operation on a file failed. `operation` is a verb: `open`, `read`, `write`, `sync`.
    case file(path: String, operation: String, code: Errno)
    /// A path that must be a regular file is something else: `directory`, `socket`, …
    case notRegularFile(path: String, kind: String)
    /// A compressed log does not decompress any further.
    case damagedCompression(path: String, position: Int64, reason: String)
    /// A compressed log ends in the middle: it is still being written, or was cut.
    case incompleteCompression(path: String, position: Int64)
    /// No library for this kind of compression is built in.
    case unsupportedCompression(path: String, kind: String)
    /// The spool has reached its bound with bytes that are not committed.
    case spoolFull(path: String, limit: Int64)
    /// The spool of a reception has reached its bound with lines that are not committed.
    case receptionFull(path: String, limit: Int64)
    /// More comes than can be made safe.
    case receptionBusy(path: String, limit: Int)
    /// The collector is coming to its end.
    case receptionClosed(path: String)
    /// Another collector uses the spool.
    case spoolInUse(path: String)
    /// A socket cannot be listened on. `operation` is a verb: `bind`, `listen on`.
    case listen(address: String, operation: String, code: Errno)
    /// Another import runs on this host.
    case importInUse(path: String)
    /// No import of this number is known on this host.
    case importUnknown(number: Int)
    /// Bytes of a log are gone: neither in the log, nor in a rotated copy, nor in the spool.
    case bytesLost(name: String, from: Int64, to: Int64)
    /// A command that a source reads from ended or could not be started.
    case command(name: String, reason: String)
    /// A server's own statistics cannot be read.
    case statistics(address: String, reason: String)
    /// Entries of the journal were deleted before they were read.
    case journalVacuumed(cursor: String)
    /// A position of the database does not fit what is there.
    case positionMismatch(name: String, position: Int64)
}

extension CollectorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path, let operation, let code):
            "cannot \(operation) \(path): \(code)"
        case .notRegularFile(let path, let kind):
            "\(path) is a \(kind), not a log file: give the path of the file itself"
        case .damagedCompression(let path, let position, let reason):
            "\(path) cannot be decompressed beyond byte \(position): \(reason)"
        case .incompleteCompression(let path, let position):
            "\(path) ends in the middle of its compressed data, at byte \(position): waiting for the rest"
        case .unsupportedCompression(let path, let kind):
            "\(path) is compressed with \(kind), which is not supported: decompress it with the tool of that name"
        case .spoolFull(let path, let limit):
            "the spool \(path) is full (\(limit) bytes not committed): reading on from the logs themselves"
        case .receptionFull(let path, let limit):
            "the spool \(path) is full (\(limit) bytes not committed): see why the database takes nothing, or raise "
                + "collector.spool_size"
        case .receptionBusy(let path, let limit):
            "more than \(limit) bytes wait to be written to \(path): its disk is too slow for what is sent"
        case .receptionClosed(let path):
            "the collector is stopping: nothing more is written to \(path)"
        case .spoolInUse(let path):
            "the spool \(path) is used by another collector: stop it, or give this one a folder of its own"
        case .listen(let address, let operation, let code):
            "cannot \(operation) \(address): \(code); trying again"
        case .importInUse(let path):
            "another import runs on this host (it holds \(path)): `mailmill collect import list` tells which; wait for its "
                + "end, pause or cancel it, or name all files in one command"
        case .importUnknown(let number):
            "there is no import \(number) on this host: `mailmill collect import list` tells which there are"
        case .bytesLost(let name, let from, let to):
            "bytes \(from) to \(to) of \(name) are gone: not in the log, its rotated copies or the spool"
        case .command(let name, let reason):
            "\(name): \(reason)"
        case .statistics(let address, let reason):
            "the statistics at \(address) cannot be read: \(reason)"
        case .journalVacuumed(let cursor):
            "the journal no longer holds the entry read last (\(cursor)): entries before the next one are gone"
        case .positionMismatch(let name, let position):
            "\(name) does not hold what was read of it up to byte \(position)"
        }
    }
}
