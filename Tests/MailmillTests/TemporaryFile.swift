import Foundation

/// A file that is gone when the object is.
final class TemporaryFile {
    let path: String

    init(_ content: String) throws {
        path = NSTemporaryDirectory() + "mailmill-" + UUID().uuidString
        try content.write(toFile: path, atomically: false, encoding: .utf8)
    }

    deinit {
        // A leftover in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }
}
