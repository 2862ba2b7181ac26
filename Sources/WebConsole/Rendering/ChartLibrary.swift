internal import Foundation
internal import Synchronization

/// dygraphs, as the distribution's package installs it: read at run time, never part of us. Where it is missing, pages
/// show tables in place of charts and say what to install; once it is there, charts come without a restart.
final class ChartLibrary: Sendable {
    struct Files: Sendable {
        let assets: [Asset]
        var paths: [String: String] {
            ["script": assets[0].path, "synchronizer": assets[1].path, "style": assets[2].path]
        }
    }

    private struct Search {
        var files: Files?
        var nextLook: Date = .distantPast
    }

    let directory: String
    private let now: @Sendable () -> Date
    private let search = Mutex(Search())

    init(directory: String, now: @escaping @Sendable () -> Date) {
        self.directory = directory
        self.now = now
    }

    /// nil while they are not installed; looks again every ten seconds.
    func files() -> Files? {
        search.withLock { search in
            let time = now()
            guard search.files == nil, time >= search.nextLook else { return search.files }
            search.files = Self.read(directory)
            search.nextLook = time.addingTimeInterval(10)
            return search.files
        }
    }

    subscript(_ path: String) -> Asset? {
        files()?.assets.first { $0.path == path }
    }

    private static func read(_ directory: String) -> Files? {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        let names = [
            ("dygraph.min.js", "dygraphs.js"),
            ("src-es5/extras/synchronizer.js", "dygraphs-synchronizer.js"),
            ("dygraph.min.css", "dygraphs.css"),
        ]
        var assets: [Asset] = []
        for (file, name) in names {
            // A file that cannot be read is as good as missing; the page names the folder.
            guard let content = try? Data(contentsOf: folder.appendingPathComponent(file)) else { return nil }
            assets.append(Asset(fileName: name, content: content))
        }
        return Files(assets: assets)
    }
}
