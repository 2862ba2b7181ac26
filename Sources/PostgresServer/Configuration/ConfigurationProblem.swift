package import SystemPackage

/// Something wrong, or without effect, in a configuration file.
package struct ConfigurationProblem: Sendable, Equatable, Codable, CustomStringConvertible {
    package let file: FilePath
    /// Counted from 1; nil when it concerns the file as a whole.
    package let line: Int?
    package let message: String

    package init(file: FilePath, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}
