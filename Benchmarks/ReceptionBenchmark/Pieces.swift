/// A log in pieces of whole lines.
struct Pieces {
    let all: [[UInt8]]
    let lines: Int

    /// - Parameter size: bytes after which a piece ends with its line.
    init(_ log: [UInt8], size: Int) {
        var all: [[UInt8]] = []
        var lines = 0
        var start = 0
        for (index, byte) in log.enumerated() where byte == 0x0A {
            lines += 1
            guard index + 1 - start >= size else { continue }
            all.append(Array(log[start...index]))
            start = index + 1
        }
        if start < log.count { all.append(Array(log[start...])) }
        self.all = all
        self.lines = lines
    }

    /// Each piece as an array of JSON.
    var arrays: [[UInt8]] {
        all.map { piece in
            [UInt8(ascii: "[")] + piece.dropLast().map { $0 == 0x0A ? UInt8(ascii: ",") : $0 } + [UInt8(ascii: "]")]
        }
    }
}
