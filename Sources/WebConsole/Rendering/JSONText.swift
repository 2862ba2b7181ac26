internal import Foundation

/// JSON as the API and the live feed write it: keys in order, times in RFC 3339.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(TimeParameter.format(date))
        }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
