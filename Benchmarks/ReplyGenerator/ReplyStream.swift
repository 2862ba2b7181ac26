/// Replies of given shapes without end, each with other values, made on bytes: making a million of them takes a fraction
/// of the time that judging them does.
package struct ReplyStream {
    private enum Piece {
        case text([UInt8])
        case values([[UInt8]])
    }

    private static let choices = 200

    private let shapes: [[Piece]]
    private var values: ReplyValues
    private var reply: [UInt8] = []

    package init(shapes: [ReplyShape], seed: UInt64) {
        var values = ReplyValues(seed: seed)
        self.shapes = shapes.map { shape in
            shape.pieces.map { piece in
                switch piece {
                case .text(let text): .text(Array(text.utf8))
                case .value(let placeholder):
                    .values(
                        (0..<Self.choices).map { _ in
                            values.chooseName()
                            return Array(values.value(placeholder).utf8)
                        }
                    )
                }
            }
        }
        self.values = values
    }

    /// Gives the next reply to `body`.
    package mutating func withNext<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        reply.removeAll(keepingCapacity: true)
        for piece in shapes[values.number(0...shapes.count - 1)] {
            switch piece {
            case .text(let bytes): reply += bytes
            case .values(let all): reply += all[values.number(0...all.count - 1)]
            }
        }
        return try reply.withUnsafeBytes(body)
    }
}
