import ArgumentParser
import Foundation

/// `--zone` of stamps that carry none.
enum ZoneArgument {
    /// - Parameter name: nil is this machine's.
    static func zone(_ name: String?) throws -> TimeZone {
        guard let name else { return TimeZone.current }
        guard let zone = TimeZone(identifier: name) else {
            throw ValidationError("--zone: expected a name such as Europe/Berlin or UTC, found '\(name)'")
        }
        return zone
    }
}
