/// Why the settings cannot be used: where, what, and what was expected.
struct SettingsError: Error, CustomStringConvertible, Equatable {
    /// The file, the environment variable or the argument; with the line where there is one.
    var place: String
    var problem: String

    var description: String { "\(place): \(problem)" }
}
