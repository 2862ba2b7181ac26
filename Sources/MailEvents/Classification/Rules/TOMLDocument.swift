/// What stands in a TOML file, in the file's own order and with its lines: both matter to rules, and readers that give
/// a dictionary lose both (see the decision on bounce
/// rules).
struct TOMLDocument: Equatable {
    /// The part of TOML 1.0 that rule files use: no floats, dates or inline tables.
    enum Value: Equatable {
        case string(String)
        case integer(Int)
        case boolean(Bool)
        case array([Item])
    }

    /// A value, and where it begins.
    struct Item: Equatable {
        var value: Value
        var line: Int
    }

    struct Entry: Equatable {
        var key: String
        /// Of the key.
        var line: Int
        var item: Item
    }

    /// `[path]`, or one element of `[[path]]`; the first section has no path and is what stands before any heading.
    struct Section: Equatable {
        var path: [String]
        var isElement: Bool
        var line: Int
        var entries: [Entry] = []
    }

    var sections: [Section]
}

extension TOMLDocument.Value {
    /// What a message calls it.
    var kind: String {
        switch self {
        case .string: "a string"
        case .integer: "a number"
        case .boolean: "a boolean"
        case .array: "an array"
        }
    }
}
