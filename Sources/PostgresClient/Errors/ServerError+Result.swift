internal import CLibPQ

extension ServerError {
    /// Reads the fields of an error result (documentation of libpq, `PQresultErrorField`).
    init(_ result: ResultHandle, statement: String) {
        func field(_ letter: Character) -> String? {
            letter.asciiValue.flatMap { PQresultErrorField(result.pointer, Int32($0)) }.map { String(cString: $0) }
        }
        self.init(
            severity: field("V") ?? field("S") ?? "ERROR",
            sqlState: field("C").map { SQLState($0) } ?? .absent,
            message: field("M") ?? "no message",
            detail: field("D"),
            hint: field("H"),
            constraint: field("n"),
            context: field("W"),
            statement: statement,
            routine: field("R")
        )
    }
}
