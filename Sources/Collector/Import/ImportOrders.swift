internal import Foundation
package import SystemPackage

/// The imports of a host, each in a folder named by its number: what was asked for, how far it is, and what is wished of it.
/// How far each *file* is counted is no matter of theirs: that stands in the database, and is true whatever is lost here.
package struct ImportOrders: Sendable {
    /// Imports that are over and still told of.
    private static let remembered = 20

    private let folder: FilePath

    /// - Parameter folder: made if it is not there.
    package init(_ folder: FilePath) throws {
        try SpoolFile.makeFolder(folder)
        self.folder = folder
    }

    /// Writes an order down.
    ///
    /// - Returns: its number.
    package func add(_ order: ImportOrder) throws -> Int {
        try forgetOld()
        var number = (try numbers().last ?? 0) + 1
        // Another one may be written down at the same moment.
        while mkdir(place(number).string, 0o750) != 0 {
            guard errno == EEXIST else {
                throw CollectorError.file(path: place(number).string, operation: "make", code: Errno(rawValue: errno))
            }
            number += 1
        }
        try write(order, "order.json", number)
        return number
    }

    /// All that are known, the newest first.
    package func list() throws -> [KnownImport] {
        let running = try runningNumber()
        return try numbers().reversed().compactMap { try known($0, running: running) }
    }

    package func find(_ number: Int) throws -> KnownImport {
        guard let found = try known(number, running: try runningNumber()) else {
            throw CollectorError.importUnknown(number: number)
        }
        return found
    }

    /// Where the output of an import in the background goes.
    package func output(of number: Int) -> FilePath { place(number).appending("output") }

    // What is wished of an import: each wish is a file, so that asking costs nothing and nothing is half written.

    package func pause(_ number: Int) throws { try mark(number, "paused") }
    package func cancel(_ number: Int) throws { try mark(number, "cancelled") }

    package func resume(_ number: Int) throws {
        try SpoolFile.perform("remove", place(number).appending("paused")) {
            guard unlink(place(number).appending("paused").string) != 0, errno != ENOENT else { return }
            throw Errno(rawValue: errno)
        }
    }

    package func wish(of number: Int) -> ImportWish {
        if has(number, "cancelled") { return .cancel }
        return has(number, "paused") ? .pause : .goOn
    }

    /// Keeps other imports of this host out, for as long as what it returns lives: they would take turns at each batch.
    ///
    /// - Throws: `CollectorError.importInUse`.
    package func begin(_ number: Int) throws -> ImportLock {
        let lock = try ImportLock(folder)
        try SpoolFile.perform("write", folder.appending("current")) {
            try write(Data("\(number)\n".utf8), folder.appending("current"))
        }
        return lock
    }

    package func note(_ state: ImportState, of number: Int) throws { try write(state, "state.json", number) }

    private func known(_ number: Int, running: Int?) throws -> KnownImport? {
        guard let order: ImportOrder = read("order.json", number) else { return nil }
        let state: ImportState? = read("state.json", number)
        let isRunning = running == number
        let phase: KnownImport.Phase =
            switch wish(of: number) {
            case .cancel: .cancelled
            case _ where state?.isFinished == true: .finished
            case .pause: .paused
            case .goOn: isRunning ? .running : .interrupted
            }
        return KnownImport(number: number, order: order, state: state, phase: phase, isRunning: isRunning)
    }

    private func numbers() throws -> [Int] {
        try SpoolFile.perform("list", folder) {
            try FileManager.default.contentsOfDirectory(atPath: folder.string).compactMap { Int($0) }.sorted()
        }
    }

    private func runningNumber() throws -> Int? {
        guard try ImportLock.isHeld(folder) else { return nil }
        // What cannot be read names no import.
        let text = try? String(contentsOfFile: folder.appending("current").string, encoding: .utf8)
        return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func forgetOld() throws {
        for known in try list().filter({ !$0.isOpen && !$0.isRunning }).dropFirst(ImportOrders.remembered) {
            // It is only no longer told of; the next order tries again.
            try? FileManager.default.removeItem(atPath: place(known.number).string)
        }
    }

    private func place(_ number: Int) -> FilePath { folder.appending(String(number)) }

    private func has(_ number: Int, _ name: String) -> Bool {
        access(place(number).appending(name).string, F_OK) == 0
    }

    private func mark(_ number: Int, _ name: String) throws {
        _ = try find(number)
        try write(Data(), place(number).appending(name))
    }

    private func read<Value: Decodable>(_ name: String, _ number: Int) -> Value? {
        // What is not there, or was never wholly written, tells nothing.
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: place(number).appending(name).string)) else {
            return nil
        }
        return try? JSONDecoder().decode(Value.self, from: data)
    }

    private func write(_ value: some Encodable, _ name: String, _ number: Int) throws {
        try write(JSONEncoder().encode(value), place(number).appending(name))
    }

    private func write(_ data: Data, _ path: FilePath) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path.string), options: .atomic)
        } catch {
            throw CollectorError.file(path: path.string, operation: "write", code: Errno(rawValue: errno))
        }
    }
}
