package import SystemPackage

/// How to run the launcher: this very program with a hidden command.
package struct LauncherCommand: Sendable, Equatable {
    package static let hiddenName = "database-launcher"

    package let executable: FilePath
    package let arguments: [String]

    package init(executable: FilePath = "/proc/self/exe", arguments: [String] = [Self.hiddenName]) {
        self.executable = executable
        self.arguments = arguments
    }
}
