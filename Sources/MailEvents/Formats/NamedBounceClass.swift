extension LineBytes {
    /// Momentum's code for a bounce class by its name: KumoMTA's `bounce_classification`, PowerMTA's `bounceCat`.
    /// `untold` for a name of the site's own, and where the server did not classify.
    func bounceClass(_ name: JSONValue) -> Int16 {
        name.kind == .string ? bounceClass(name.start, name.end) : Int16(MailEvent.untold)
    }

    /// The same for a field.
    func bounceClass(_ name: Field) -> Int16 {
        bounceClass(Int(name.offset), Int(name.offset + name.length))
    }

    private func bounceClass(_ start: Int, _ limit: Int) -> Int16 {
        guard limit > start, limit - start <= 24 else { return Int16(MailEvent.untold) }
        return namedClasses.first { isName($0.name, start, limit) }?.code ?? Int16(MailEvent.untold)
    }

    /// Whether the bytes are this name, whatever the letters' case and hyphens.
    private func isName(_ name: [UInt8], _ start: Int, _ limit: Int) -> Bool {
        var place = start
        for letter in name {
            if place < limit, self[place] == UInt8(ascii: "-") { place += 1 }
            guard place < limit, self[place] | 0x20 == letter else { return false }
            place += 1
        }
        return place == limit
    }
}

/// The names in lower case without hyphens, with their codes. `Uncategorized` is none: KumoMTA says it where it has not
/// classified.
private let namedClasses: [(name: [UInt8], code: Int16)] = {
    func plain(_ name: String) -> [UInt8] { name.lowercased().utf8.filter { $0 != UInt8(ascii: "-") } }
    let kumoMTA = KumoMTAClass.allCases.filter { $0 != .uncategorized }
    return PowerMTACategory.allCases.map { (plain($0.rawValue), $0.bounceClass.rawValue) }
        + kumoMTA.map { (plain($0.rawValue), $0.verdict.bounceClass.rawValue) }
}()
