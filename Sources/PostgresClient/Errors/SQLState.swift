/// A five-character SQLSTATE (PostgreSQL documentation, appendix A).
package struct SQLState: Sendable, Hashable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) {
        self.code = code
    }

    package var description: String { code }

    /// The first two characters: the class.
    package var family: Family { Family(String(code.prefix(2))) }

    /// A class of SQLSTATEs. `case SQLState.Family.connectionException = state` matches by class.
    package struct Family: Sendable, Hashable {
        package let prefix: String

        package init(_ prefix: String) {
            self.prefix = prefix
        }

        package static let connectionException = Family("08")
        package static let integrityConstraintViolation = Family("23")
        package static let transactionRollback = Family("40")
        package static let insufficientResources = Family("53")
        package static let operatorIntervention = Family("57")

        package static func ~= (family: Family, state: SQLState) -> Bool {
            state.family == family
        }
    }

    /// No server gave it: libpq made up the error.
    package static let absent = SQLState("")
    package static let serializationFailure = SQLState("40001")
    package static let deadlockDetected = SQLState("40P01")
    package static let uniqueViolation = SQLState("23505")
    package static let checkViolation = SQLState("23514")
    package static let insufficientPrivilege = SQLState("42501")
    package static let undefinedTable = SQLState("42P01")
    package static let undefinedFunction = SQLState("42883")
    package static let invalidSchemaName = SQLState("3F000")
    package static let invalidCatalogName = SQLState("3D000")
    package static let lockNotAvailable = SQLState("55P03")
    package static let queryCanceled = SQLState("57014")
    package static let diskFull = SQLState("53100")
}
