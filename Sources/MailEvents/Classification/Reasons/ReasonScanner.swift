/// Goes over a line word by word, and writes each as it is or as the placeholder that it is one of.
struct ReasonScanner {
    private let text: UnsafeRawBufferPointer
    private let name: CanonicalReason.Name?
    private var writer: ReasonWriter
    private var index = 0
    /// Where the last word `RFC` ended: a number right behind it is a name.
    private var endOfRFC = -1
    /// After `run`: another look may find more to replace.
    private(set) var mayHoldMore = false
    /// Bytes within angle brackets that are looked at.
    private static let bracketLimit = 320

    init(_ text: UnsafeRawBufferPointer, _ start: Int, _ name: CanonicalReason.Name?, _ writer: ReasonWriter) {
        self.text = text
        self.name = name
        self.writer = writer
        self.writer.append(text, 0..<start)
        index = start
    }

    mutating func run() -> Int {
        while index < text.count, !writer.isFull {
            let byte = text[index]
            if byte == UInt8(ascii: "<"), let end = bracketed(index) {
                index = end
            } else if ReasonBytes.isDelimiter(byte) || byte == UInt8(ascii: "'") {
                writer.append(byte)
                index &+= 1
            } else {
                word()
            }
        }
        if writer.isFull { mayHoldMore = true }
        return writer.finish()
    }

    /// `<…>` around something that is no sentence. Gives where it ends.
    private mutating func bracketed(_ start: Int) -> Int? {
        var end = start + 1
        var hasAt = false
        var hasBlank = false
        var isNumeric = true
        while end < text.count, text[end] != UInt8(ascii: ">") {
            let byte = text[end]
            // Another bracket: a host with its address, or nothing that is closed.
            guard byte != UInt8(ascii: "<"), byte != UInt8(ascii: "["), byte != UInt8(ascii: "{"),
                end - start < Self.bracketLimit
            else { return nil }
            if byte == UInt8(ascii: "@") { hasAt = true }
            if byte == 0x20 { hasBlank = true }
            if !ReasonBytes.isHexadecimal(byte), byte != UInt8(ascii: "."), byte != UInt8(ascii: ":") {
                isNumeric = false
            }
            end += 1
        }
        guard end < text.count, end > start + 1 else { return nil }
        guard hasAt || !(hasBlank || isNumeric || ReasonWord(text, start + 1..<end).isURL) else { return nil }
        writer.append(UInt8(ascii: "<"))
        writer.append(hasAt ? .address : .name)
        writer.append(UInt8(ascii: ">"))
        return end + 1
    }

    private mutating func word() {
        let start = index
        if let end = ReasonTime(text).date(at: start) {
            writer.append(.time)
            index = end
            return
        }
        var end = start
        while end < text.count, !endsWord(end) { end &+= 1 }
        index = end
        // What a sentence puts around the word is not part of it.
        while end > start, ReasonBytes.isPunctuation(text[end - 1]) { end &-= 1 }
        var begin = start
        let word = ReasonWord(text, begin..<end)
        if !word.isPlain, !word.isIPv6 {
            while begin < end, !ReasonBytes.isWord(text[begin]), text[begin] != UInt8(ascii: "@") { begin &+= 1 }
        }
        let tail = end..<index
        writer.append(text, start..<begin)
        write(begin == start ? word : ReasonWord(text, begin..<end))
        writer.append(text, tail)
    }

    /// A delimiter, or an apostrophe that is none within a word.
    @inline(__always)
    private func endsWord(_ place: Int) -> Bool {
        let byte = text[place]
        if byte == UInt8(ascii: "'") {
            return place + 1 >= text.count || !ReasonBytes.isWord(text[place + 1])
        }
        return ReasonBytes.isDelimiter(byte)
    }

    @inline(__always)
    private mutating func write(_ word: ReasonWord) {
        guard !word.range.isEmpty else { return }
        if isName(word) {
            writer.append(.name)
        } else if word.isPlain {
            if word.isRFC { endOfRFC = word.range.upperBound }
            writer.append(text, word.range)
        } else {
            writeMarked(word)
        }
    }

    /// A word with more in it than letters.
    private mutating func writeMarked(_ word: ReasonWord) {
        if word.isURL { return writer.append(.url) }
        if word.hasAt { return writeAddress(word) }
        if let key = word.key {
            writer.append(text, word.range.lowerBound..<key)
            return write(ReasonWord(text, key..<word.range.upperBound))
        }
        if ReasonTime(text).isTime(word.range) {
            index = max(index, ReasonTime(text).zone(at: word.range.upperBound))
            return writer.append(.time)
        }
        if word.isIPv4 || word.isIPv6 { return writer.append(.ip) }
        if word.isHost {
            guard let list = BlockLists.name(text, word.range) else { return writer.append(.host) }
            return writer.append(list)
        }
        if word.isKeptNumber || isRFCNumber(word) || isCodeBeforeStatus(word) || word.isProviderCode {
            return writer.append(text, word.range)
        }
        if word.isNumber { return writer.append(.number) }
        if word.isID { return writer.append(.id) }
        writePieces(word.range)
    }

    /// `bob@example.org`; of `@example.org` the host; of `bob@`, before a bracketed address, the name.
    private mutating func writeAddress(_ word: ReasonWord) {
        if text[word.range.lowerBound] == UInt8(ascii: "@") {
            writer.append(UInt8(ascii: "@"))
            let rest = word.range.lowerBound + 1..<word.range.upperBound
            if !rest.isEmpty { writer.append(.host) }
        } else {
            writer.append(.address)
        }
    }

    /// What no rule knows as a whole, by the pieces between its punctuation.
    private mutating func writePieces(_ range: Range<Int>) {
        mayHoldMore = true
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, ReasonBytes.isWord(text[end]) { end &+= 1 }
            if end > start {
                let piece = ReasonWord(text, start..<end)
                if isName(piece) {
                    writer.append(.name)
                } else if piece.isPlain || piece.isProviderCode {
                    writer.append(text, start..<end)
                } else if piece.isNumber {
                    writer.append(.number)
                } else if piece.isID {
                    writer.append(.id)
                } else if let digits = piece.leadingDigits {
                    // An amount with its unit.
                    writer.append(.number)
                    writer.append(text, digits..<end)
                } else {
                    writer.append(text, start..<end)
                }
            }
            if end < range.upperBound { writer.append(text[end]) }
            start = end + 1
        }
    }

    private func isName(_ word: ReasonWord) -> Bool {
        guard let name, name.bytes.count == word.range.count else { return false }
        return CanonicalReason.Name.isEqual(name.bytes, text, word.range.lowerBound)
    }

    private func isRFCNumber(_ word: ReasonWord) -> Bool {
        endOfRFC >= 0 && word.range.lowerBound == endOfRFC + 1 && text[endOfRFC] == 0x20 && word.isNumber
    }

    /// A reply code in the middle of a text: `… 550 5.1.1 …`.
    private func isCodeBeforeStatus(_ word: ReasonWord) -> Bool {
        guard word.isReplyCode, word.range.upperBound + 1 < text.count, text[word.range.upperBound] == 0x20 else {
            return false
        }
        var end = word.range.upperBound + 1
        let start = end
        while end < text.count, !ReasonBytes.isDelimiter(text[end]) { end += 1 }
        while end > start, ReasonBytes.isPunctuation(text[end - 1]) { end -= 1 }
        return ReasonWord(text, start..<end).isStatus
    }
}
