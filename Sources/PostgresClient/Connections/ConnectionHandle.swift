internal import CLibPQ
internal import Dispatch

/// Owns a `PGconn`, and the means to cancel what it is doing.
///
/// `@unchecked Sendable`: `pointer` is used only by the actor that made the handle, on its own executor; `cancel` uses
/// a `PGcancel`, which libpq allows from any thread; both are freed once, here, when nobody holds the handle.
final class ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let canceller: OpaquePointer?

    /// Connects, blocking.
    init(_ settings: ConnectionSettings) throws(PostgresClientError) {
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

    /// Asks the server to end the running statement, from another thread, since the request itself blocks.
    func cancel() {
        DispatchQueue.global().async { [self] in
            var reason = [CChar](repeating: 0, count: 256)
            // A statement that has just ended cannot be cancelled; there is nothing to tell then.
            _ = PQcancel(canceller, &reason, Int32(reason.count))
        }
    }

    /// libpq's last message, on one line.
    static func message(of pointer: OpaquePointer) -> String {
        guard let text = PQerrorMessage(pointer) else { return "no reason given" }
        let words = String(cString: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // "connection to server on socket … failed: ": the target is told beside the reason.
        let place = words.firstRange(of: " failed: ").map { words[..<$0.upperBound] }
        let reason = place?.hasPrefix("connection to server ") == true ? words.dropFirst(place?.count ?? 0) : words[...]
        return reason.isEmpty ? "no reason given" : String(reason)
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
