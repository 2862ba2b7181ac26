/// What a rule says of a reply: the class, and PowerMTA's category.
package struct BounceVerdict: Sendable, Equatable {
    package var bounceClass: BounceClass
    package var powerMTA: PowerMTACategory

    /// - Parameter powerMTA: nil: the one that the class stands for.
    package init(_ bounceClass: BounceClass, _ powerMTA: PowerMTACategory? = nil) {
        self.bounceClass = bounceClass
        self.powerMTA = powerMTA ?? bounceClass.powerMTACategory
    }

    package init(_ powerMTA: PowerMTACategory) {
        self.init(powerMTA.bounceClass, powerMTA)
    }

    /// The verdict that a class name in a rule file or on the command line means: Momentum's code or name, a KumoMTA
    /// class or a PowerMTA category. Letters' case, blanks and punctuation do not count. Nil if there is no such name.
    package init?(named name: String) {
        guard let verdict = Self.byName[Self.plain(name)] else { return nil }
        self = verdict
    }

    /// Every name with its verdict; of names that several servers use, Momentum's meaning.
    private static let byName: [String: BounceVerdict] = {
        var names: [String: BounceVerdict] = [:]
        for category in PowerMTACategory.allCases { names[plain(category.rawValue)] = BounceVerdict(category) }
        for kumo in KumoMTAClass.allCases { names[plain(kumo.rawValue)] = kumo.verdict }
        for bounceClass in BounceClass.allCases {
            names[plain(bounceClass.name)] = BounceVerdict(bounceClass)
            names[plain("\(bounceClass)")] = BounceVerdict(bounceClass)
            names["\(bounceClass.rawValue)"] = BounceVerdict(bounceClass)
        }
        return names
    }()

    /// Letters and digits, in lower case.
    private static func plain(_ name: String) -> String {
        String(decoding: name.utf8.compactMap(Self.plain), as: UTF8.self)
    }

    private static func plain(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: nil
        }
    }
}
