/// How many letters must change to make one word of another (Levenshtein 1965), for "did you mean".
enum EditDistance {
    static func between(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = a == b ? previous : 1 + min(previous, row[j], row[j + 1])
                previous = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
