internal import Crypto
internal import Foundation

/// One file that browsers keep for a year, for its name changes with its content.
struct Asset: Sendable {
    /// `/assets/console.3f2a9c01.css`
    let path: String
    let content: Data
    let contentType: String

    init(fileName: String, content: Data) {
        let digest = SHA256.hash(data: content).prefix(6).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let dot = fileName.lastIndex(of: ".") ?? fileName.endIndex
        self.path = "/assets/\(fileName[..<dot]).\(digest)\(fileName[dot...])"
        self.content = content
        self.contentType =
            switch fileName[dot...] {
            case ".css": "text/css; charset=utf-8"
            case ".js": "text/javascript; charset=utf-8"
            case ".svg": "image/svg+xml"
            default: "application/octet-stream"
            }
    }

    /// The path holds the content's digest, so it identifies it.
    var entityTag: String { "\"\(path.dropFirst("/assets/".count))\"" }
}

/// The console's own style sheet, scripts and images, in memory.
struct Assets: Sendable {
    private let byPath: [String: Asset]
    /// For templates: `console.css` is under `console_css`.
    let paths: [String: String]

    /// Throws `resourceUnusable`.
    init(_ folder: ResourceFolder) throws(WebConsoleError) {
        let files = try folder.files(in: "assets", withExtensions: ["css", "js", "svg"])
        var byPath: [String: Asset] = [:]
        var paths: [String: String] = [:]
        for (name, content) in files {
            let asset = Asset(fileName: name, content: content)
            byPath[asset.path] = asset
            paths[name.replacingOccurrences(of: ".", with: "_").replacingOccurrences(of: "-", with: "_")] = asset.path
        }
        self.byPath = byPath
        self.paths = paths
    }

    subscript(_ path: String) -> Asset? { byPath[path] }
}
