internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// Owns a `PGconn`, and the means to cancel what it is doing.
///
/// `@unchecked Sendable`: `pointer` is used only by the actor that made the handle, on its own executor; `cancel` uses
/// a `PGcancel`, which libpq allows from any thread; both are freed once, here, when nobody holds the handle.
final class ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let canceller: OpaquePointer?
    /// The number of the last call, and whether it is running.
    private let calls = Mutex<(last: UInt64, isRunning: Bool)>((0, false))

    /// Connects, blocking.
    init(_ settings: ConnectionSettings) throws(PostgresClientError) {
        LibPQEnvironment.clear()
        let pairs = settings.keywords
        let keywords = CStringArray(pairs.map(\.0))
        let values = CStringArray(pairs.map(\.1))
        guard let pointer = PQconnectdbParams(keywords.pointers, values.pointers, 0) else {
            throw .cannotConnect(target: settings.target, reason: "out of memory")
        }
        guard PQstatus(pointer) == CONNECTION_OK else {
            let reason = ConnectionHandle.message(of: pointer)
            PQfinish(pointer)
            throw .cannotConnect(target: settings.target, reason: reason)
        }
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        self.pointer = pointer
        canceller = PQgetCancel(pointer)
    }

    deinit {
        PQfreeCancel(canceller)
        PQfinish(pointer)
    }

    var isBroken: Bool { PQstatus(pointer) != CONNECTION_OK }

    // MARK: - Cancellation

    /// Begins a call, which `cancel` can name.
    func begin() -> UInt64 {
        calls.withLock { calls in
            calls.last += 1
            calls.isRunning = true
            return calls.last
        }
    }

    /// Ends the call. Waits for a request to cancel that is on its way, so that it cannot hit the next statement: the
    /// server has signalled its process before `PQcancel` returns, and a process that is idle then ignores the signal.
    func end() {
        calls.withLock { $0.isRunning = false }
    }

    /// Asks the server to end what a call is running, from another thread, since the request itself blocks. Asks again
    /// until the call has ended: the first request may come before the statement.
    func cancel(_ call: UInt64, again pause: Int = 10) {
        DispatchQueue.global().async { [self] in
            let isOver = calls.withLock { calls in
                guard calls.isRunning, calls.last == call else { return true }
                var reason = [CChar](repeating: 0, count: 256)
                // A request that fails is made again below.
                _ = PQcancel(canceller, &reason, Int32(reason.count))
                return false
            }
            guard !isOver else { return }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(pause)) { [self] in
                cancel(call, again: min(pause * 2, 1000))
            }
        }
    }

    /// libpq's last message, on one line.
    static func message(of pointer: OpaquePointer) -> String {
        guard let text = PQerrorMessage(pointer) else { return "no reason given" }
        let words = String(cString: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // "connection to server on socket … failed: ": the target is told beside the reason.
        let place = words.firstRange(of: " failed: ").map { words[..<$0.upperBound] }
        let reason = place?.hasPrefix("connection to server ") == true ? words.dropFirst(place?.count ?? 0) : words[...]
        // libpq's guess at the cause; those who know more say what to do.
        let told = reason.firstRange(of: " Is the server running ").map { reason[..<$0.lowerBound] } ?? reason
        return told.isEmpty ? "no reason given" : String(told)
    }
}

/// Strings as a NULL-terminated `char *[]` that lives as long as the object.
final class CStringArray {
    private let strings: [UnsafeMutablePointer<CChar>]
    let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>

    init(_ values: [String]) {
        strings = values.map { value in
            let bytes = Array(value.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
        pointers = .allocate(capacity: values.count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = UnsafePointer(string) }
        pointers[values.count] = nil
    }

    deinit {
        for string in strings { string.deallocate() }
        pointers.deallocate()
    }
}
