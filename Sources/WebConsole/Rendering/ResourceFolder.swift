internal import Foundation

/// The console's own files.
struct ResourceFolder: Sendable {
    let url: URL

    /// The folder given, or the one beside the executable.
    init(path: String?) {
        if let path {
            self.url = URL(fileURLWithPath: path, isDirectory: true)
        } else {
            self.url = Bundle.module.bundleURL.appendingPathComponent("Resources", isDirectory: true)
        }
    }

    /// Names and contents of the files of one folder. Throws `resourceUnusable`.
    func files(in folder: String, withExtensions extensions: Set<String>) throws(WebConsoleError) -> [String: Data] {
        let directory = url.appendingPathComponent(folder, isDirectory: true)
        do {
            var files: [String: Data] = [:]
            for file in try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            where extensions.contains(file.pathExtension) {
                files[file.lastPathComponent] = try Data(contentsOf: file)
            }
            return files
        } catch {
            throw .resourceUnusable(name: directory.path, reason: error.localizedDescription)
        }
    }
}
