import SystemPackage

/// Where a log's bytes can be read from. A value, so that it can be handed to another thread, which opens its own
/// content from it.
enum ContentSource: Sendable {
    case file(OpenFile, Compression)
    case spool(SpoolFolder, FileKey)

    func open() throws -> any LogContent {
        switch self {
        case .file(let file, .none):
            return PlainContent(file)
        case .file(let file, .gzip):
            return StreamContent(file, trailer: 4) { try GzipDecompressor() }
        case .file(let file, .zstd):
            return StreamContent(file) { try ZstdDecompressor() }
        case .file(let file, .bzip2):
            return StreamContent(file) { try Bzip2Decompressor() }
        case .file(let file, .xz):
            return StreamContent(file) { try XzDecompressor() }
        case .file(let file, .unsupported(let kind)):
            throw CollectorError.unsupportedCompression(path: file.path.string, kind: kind)
        case .spool(let folder, let key):
            return SpoolContent(folder: folder, key: key)
        }
    }
}

extension ContentSource {
    /// Opens a file, and tells by its first bytes how it is compressed.
    static func opening(_ path: FilePath) throws -> (source: ContentSource, file: OpenFile, facts: FileFacts) {
        let file = try OpenFile(path)
        let facts = try file.facts()
        let compression = Compression(start: try file.readFully(at: 0, count: 6))
        return (.file(file, compression), file, facts)
    }
}
