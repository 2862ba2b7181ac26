import Collector
import FoundationEssentials
import Glibc
import MailEvents
package import SystemPackage

/// A database that is a file: commits are appended to it, each by one write, and a torn one at its end never happened.
/// It survives the process that writes it, so that processes can be killed.
package struct JournalFile: Sendable {
    enum Record: Codable {
        case opened(at: Int64)
        case registered(StoredFile)
        case committed(file: StoredFile, from: Int64, messages: [String], unread: Int)
    }

    struct StoredFile: Codable {
        var id: Int64
        var position: Int64
        var parserState: [UInt8]
        var headLength: Int32
        var headHash: [UInt8]
        var tailLength: Int32
        var tailHash: [UInt8]
        var name: String

        init(_ file: KnownFile) {
            id = file.fileID
            position = file.position
            parserState = file.parserState
            headLength = file.fingerprint.headLength
            headHash = file.fingerprint.headHash
            tailLength = file.fingerprint.tailLength
            tailHash = file.fingerprint.tailHash
            name = file.name
        }

        var known: KnownFile {
            let fingerprint = FileFingerprint(
                headLength: headLength,
                headHash: headHash,
                tailLength: tailLength,
                tailHash: tailHash
            )
            return KnownFile(
                fileID: id,
                position: position,
                cursor: "",
                parserState: parserState,
                fingerprint: fingerprint,
                name: name
            )
        }
    }

    package let path: FilePath

    package init(_ path: FilePath) {
        self.path = path
    }

    /// All whole records: a line of JSON each, behind its length.
    func records() throws -> (records: [Record], length: Int64) {
        guard let data = FileManager.default.contents(atPath: path.string) else { return ([], 0) }
        var records: [Record] = []
        var start = data.startIndex
        while let feed = data[start...].firstIndex(of: 0x0A) {
            let line = data[start..<feed]
            guard let colon = line.firstIndex(of: 0x3A),
                Int(String(decoding: line[..<colon], as: UTF8.self)) == line.distance(from: colon + 1, to: feed)
            else { break }
            records.append(try JSONDecoder().decode(Record.self, from: Data(line[(colon + 1)...])))
            start = feed + 1
        }
        return (records, Int64(start))
    }

    func append(_ record: Record, at length: Int64) throws -> Int64 {
        let body = try JSONEncoder().encode(record)
        let bytes = Array("\(body.count):".utf8) + Array(body) + [0x0A]
        let file = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: [.ownerReadWrite])
        return try file.closeAfter {
            try file.resize(to: length)
            try file.writeAll(toAbsoluteOffset: length, bytes)
            return length + Int64(bytes.count)
        }
    }

    /// The commits that hold any of some messages, a line each: file, name, from where to where, how many.
    package func commits(of messages: Set<String>) throws -> String {
        try records().records.compactMap { record in
            guard case .committed(let file, let from, let counted, _) = record, !messages.isDisjoint(with: counted)
            else {
                return nil
            }
            let hash = file.headHash.prefix(4).map { String($0, radix: 16) }.joined()
            return
                "\(file.id) \(file.name) \(from) to \(file.position): \(counted.count), head \(file.headLength) \(hash)"
        }.joined(separator: "\n")
    }

    /// How often each message was counted, and how many lines were not read. Reads the file and nothing else.
    package func count() throws -> (messages: [String: Int], unread: Int) {
        var messages: [String: Int] = [:]
        var unread = 0
        for case .committed(_, _, let counted, let bad) in try records().records {
            for message in counted { messages[message, default: 0] += 1 }
            unread += bad
        }
        return (messages, unread)
    }
}
