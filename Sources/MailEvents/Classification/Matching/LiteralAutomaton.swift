/// Finds which of many texts are part of a line, in one pass over it (Aho and Corasick, "Efficient string matching",
/// 1975), letters' case (ASCII) not counting.
struct LiteralAutomaton: Sendable {
    /// Marks, in an entry of `next`, a state where texts end.
    private static let endFlag: UInt32 = 1 << 31

    /// The column of each byte: bytes that no text has share column 0.
    private let columns: [UInt8]
    private let width: Int
    /// State and column to the next state.
    private let next: [UInt32]
    /// Of each state, where its owners begin in `owners`; one more at the end.
    private let ownerStarts: [UInt32]
    private let owners: [UInt32]

    /// - Parameter texts: each with the number of what it belongs to; empty ones are passed over.
    init(_ texts: [(text: [UInt8], owner: Int)]) {
        var builder = Builder(texts.map(\.text))
        for (text, owner) in texts where !text.isEmpty { builder.add(text, owner) }
        builder.link()
        columns = builder.columns
        width = builder.width
        ownerStarts = builder.owners.reduce(into: [0]) { $0.append(($0.last ?? 0) + UInt32($1.count)) }
        owners = builder.owners.flatMap { $0.map(UInt32.init) }
        next = builder.next.map { state in
            builder.owners[Int(state)].isEmpty ? state : state | Self.endFlag
        }
    }

    /// Sets the bits of the owners whose texts are part of the line.
    @inline(__always)
    func mark(_ line: UnsafeRawBufferPointer, in bits: UnsafeMutableBufferPointer<UInt64>) {
        columns.withUnsafeBufferPointer { columns in
            next.withUnsafeBufferPointer { next in
                var state = 0
                for byte in line {
                    let entry = next[state &* width &+ Int(columns[Int(byte)])]
                    state = Int(entry & ~Self.endFlag)
                    if entry & Self.endFlag != 0 { mark(state, bits) }
                }
            }
        }
    }

    @inline(never)
    private func mark(_ state: Int, _ bits: UnsafeMutableBufferPointer<UInt64>) {
        for place in Int(ownerStarts[state])..<Int(ownerStarts[state + 1]) {
            let owner = Int(owners[place])
            bits[owner >> 6] |= 1 << UInt64(owner & 63)
        }
    }
}

extension LiteralAutomaton {
    private struct Builder {
        var columns = [UInt8](repeating: 0, count: 256)
        var width = 1
        var next: [UInt32]
        var owners: [[Int]] = [[]]

        init(_ texts: [[UInt8]]) {
            for byte in texts.joined() {
                let folded = Self.folded(byte)
                guard columns[Int(folded)] == 0 else { continue }
                columns[Int(folded)] = UInt8(width)
                if folded >= 0x61, folded <= 0x7A { columns[Int(folded & 0xDF)] = UInt8(width) }
                width += 1
            }
            next = [UInt32](repeating: 0, count: width)
        }

        mutating func add(_ text: [UInt8], _ owner: Int) {
            var state = 0
            for byte in text {
                let place = state * width + Int(columns[Int(Self.folded(byte))])
                if next[place] == 0 {
                    next[place] = UInt32(owners.count)
                    owners.append([])
                    next.append(contentsOf: repeatElement(0, count: width))
                }
                state = Int(next[place])
            }
            if !owners[state].contains(owner) { owners[state].append(owner) }
        }

        /// Fills in where a state goes on when its own texts do not: to the longest end of what was read that begins
        /// another text.
        mutating func link() {
            var failure = [Int](repeating: 0, count: owners.count)
            var queue: [Int] = []
            for column in 0..<width where next[column] != 0 { queue.append(Int(next[column])) }
            var head = 0
            while head < queue.count {
                let state = queue[head]
                head += 1
                let fallback = failure[state]
                for owner in owners[fallback] where !owners[state].contains(owner) { owners[state].append(owner) }
                for column in 0..<width {
                    let target = Int(next[state * width + column])
                    let other = next[fallback * width + column]
                    if target == 0 {
                        next[state * width + column] = other
                    } else {
                        failure[target] = Int(other)
                        queue.append(target)
                    }
                }
            }
        }

        private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
    }
}
