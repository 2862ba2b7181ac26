internal import Foundation
internal import Mustache

/// The pages' templates, compiled once.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// Reads every `.mustache` of the folder. Throws `resourceUnusable`.
    init(_ folder: ResourceFolder) throws(WebConsoleError) {
        MustacheContentTypes.register(EscapedHTML(), named: EscapedHTML.name)
        var library = MustacheLibrary()
        for (name, data) in try folder.files(in: "templates", withExtensions: ["mustache"]) {
            let text = "{{% CONTENT_TYPE: \(EscapedHTML.name)}}" + String(decoding: data, as: UTF8.self)
            do {
                let template = try MustacheTemplate(string: text)
                library.register(template, named: String(name.dropLast(".mustache".count)))
            } catch {
                throw .resourceUnusable(name: name, reason: "\(error)")
            }
        }
        self.library = library
    }

    func render(_ name: String, _ content: [String: Any]) throws(WebConsoleError) -> String {
        guard let text = library.render(content, withTemplate: name) else {
            throw .resourceUnusable(name: "\(name).mustache", reason: "it is missing")
        }
        return text
    }
}
