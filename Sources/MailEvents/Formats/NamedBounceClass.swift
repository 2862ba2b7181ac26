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
        return bounceClasses.first { isName($0.name, start, limit) }?.code ?? Int16(MailEvent.untold)
    }

    /// Whether the bytes are this name, whatever the letters' case and hyphens.
    private func isName(_ name: StaticString, _ start: Int, _ limit: Int) -> Bool {
        var place = start
        for index in 0..<name.utf8CodeUnitCount {
            if self[place] == UInt8(ascii: "-") { place += 1 }
            guard place < limit, self[place] | 0x20 == name.utf8Start[index] else { return false }
            place += 1
        }
        return place == limit
    }
}

/// Names in lower case without hyphens, and the code of Momentum's that is the nearest. KumoMTA has Momentum's and
/// PowerMTA's names.
private let bounceClasses: [(name: StaticString, code: Int16)] = [
    ("badmailbox", 10), ("invalidrecipient", 10), ("inactivemailbox", 10),
    ("toomanyrecipients", 20), ("baddomain", 21), ("dnsfailure", 21), ("routingerrors", 21),
    ("quotaissues", 22), ("noanswerfromhost", 24), ("badconnection", 24), ("messageexpired", 24),
    ("badconfiguration", 40), ("protocolerrors", 40), ("policyrelated", 50), ("invalidsender", 50),
    ("authenticationfailed", 50), ("spamblock", 51), ("spamrelated", 52), ("spamcontent", 52), ("contentrelated", 52),
    ("virusrelated", 53), ("prohibitedattachment", 53), ("relayingissues", 54), ("relaydenied", 54),
    ("autoreply", 60), ("transientfailure", 70), ("subscribe", 80), ("unsubscribe", 90), ("challengeresponse", 100),
    ("other", 1),
]
