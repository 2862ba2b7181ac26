import Foundation
import Yams

/// A settings file, taken apart: values by path, the list `collect`, and where each stands. Refuses what it does not
/// know.
struct SettingsFile {
    var name: String
    var values: [String: SettingValue] = [:]
    var collect: [CollectEntry] = []

    /// One item of `collect`: its keys with their texts and places.
    struct CollectEntry {
        var place: String
        var keys: [String: (text: String, place: String)]
    }

    /// Reads a file. Throws `SettingsError` with the line.
    static func read(_ path: String) throws -> SettingsFile {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SettingsError(place: path, problem: "cannot be read: \(Self.reason(error))")
        }
        return try parse(text, name: path)
    }

    static func parse(_ text: String, name: String) throws -> SettingsFile {
        var file = SettingsFile(name: name)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.notYAML(error, name)
        }
        guard let root else { return file }
        guard let mapping = root.mapping else {
            throw SettingsError(place: file.place(root), problem: "expected settings as `key: value`")
        }
        try file.take(mapping, below: "")
        return file
    }

    private mutating func take(_ mapping: Node.Mapping, below prefix: String) throws(SettingsError) {
        for (keyNode, value) in mapping {
            let name = keyNode.string ?? ""
            let path = prefix.isEmpty ? name : "\(prefix).\(name)"
            if path == "collect" {
                try takeCollect(value)
            } else if let key = SettingKey.all.first(where: { $0.path == path }) {
                values[path] = try take(value, as: key)
            } else if SettingKey.all.contains(where: { $0.path.hasPrefix(path + ".") }) {
                guard let section = value.mapping else {
                    throw SettingsError(
                        place: place(value),
                        problem: "\(path): expected settings as `key: value` below it"
                    )
                }
                try take(section, below: path)
            } else {
                throw SettingsError(place: place(keyNode), problem: unknown(path))
            }
        }
    }

    private func take(_ node: Node, as key: SettingKey) throws(SettingsError) -> SettingValue {
        if key.kind == .list {
            guard let sequence = node.sequence else {
                throw SettingsError(
                    place: place(node),
                    problem: "\(key.path): expected a list such as \(key.standard)"
                )
            }
            var items: [String] = []
            for item in sequence {
                guard let text = item.scalar?.string else {
                    throw SettingsError(place: place(item), problem: "\(key.path): expected a text in the list")
                }
                items.append(text)
            }
            return SettingValue(key: key, text: items.joined(separator: ","), items: items, place: place(node))
        }
        guard let text = node.scalar?.string else {
            throw SettingsError(place: place(node), problem: "\(key.path): expected a \(key.kind.rawValue)")
        }
        return SettingValue(key: key, text: text, items: [], place: place(node))
    }

    private mutating func takeCollect(_ node: Node) throws(SettingsError) {
        guard let sequence = node.sequence else {
            throw SettingsError(
                place: place(node),
                problem: "collect: expected a list such as `- {format: postfix, path: /var/log/mail.log, node: mx1}`"
            )
        }
        for item in sequence {
            guard let mapping = item.mapping else {
                throw SettingsError(
                    place: place(item),
                    problem: "collect: expected an item such as {format: postfix, path: /var/log/mail.log, node: mx1}"
                )
            }
            var entry = CollectEntry(place: place(item), keys: [:])
            for (key, value) in mapping {
                let name = key.string ?? ""
                guard let text = value.scalar?.string else {
                    throw SettingsError(place: place(value), problem: "collect: \(name): expected a text")
                }
                entry.keys[name] = (text, place(key))
            }
            collect.append(entry)
        }
    }

    private func place(_ node: Node) -> String {
        node.mark.map { "\(name):\($0.line)" } ?? name
    }

    /// The message for a key that does not exist, with the nearest that does.
    private func unknown(_ path: String) -> String {
        let known = SettingKey.all.map(\.path) + ["collect"]
        let near = known.min { EditDistance.between($0, path) < EditDistance.between($1, path) }
        guard let near, EditDistance.between(near, path) <= 3 else {
            return "there is no setting '\(path)'; all settings stand in docs/reference/settings.md"
        }
        return "there is no setting '\(path)'; did you mean '\(near)'?"
    }

    private static func notYAML(_ error: YamlError, _ name: String) -> SettingsError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            SettingsError(place: "\(name):\(mark.line)", problem: "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            SettingsError(
                place: "\(name):\(context.mark.line)",
                problem: "'\(duplicates.joined(separator: "', '"))' stands here twice"
            )
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            SettingsError(place: name, problem: "is not YAML: \(error)")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile: "there is no such file"
        case .fileReadNoPermission: "permission denied"
        case .fileReadInapplicableStringEncoding, .fileReadCorruptFile: "it is not UTF-8 text"
        default: error.localizedDescription
        }
    }
}
