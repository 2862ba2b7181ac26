/// Public block lists, whose names stay in a reason: they are the reason. What stands before the name (the address
/// asked for, a customer's key) goes.
enum BlockLists {
    /// Longer names before the names that they end with.
    private static let names: [StaticString] = [
        "zen.dq.spamhaus.net", "zen.spamhaus.org", "sbl.spamhaus.org", "xbl.spamhaus.org", "pbl.spamhaus.org",
        "sbl-xbl.spamhaus.org", "dbl.spamhaus.org", "css.spamhaus.org", "www.spamhaus.org", "spamhaus.org",
        "check.spamhaus.org", "dq.spamhaus.net", "bl.spamcop.net", "spamcop.net", "b.barracudacentral.org",
        "barracudacentral.org", "dnsbl.sorbs.net", "sorbs.net", "cbl.abuseat.org", "abuseat.org", "psbl.surriel.com",
        "bl.mailspike.net", "mailspike.net", "dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net",
        "dnsbl-3.uceprotect.net", "uceprotect.net", "ix.dnsbl.manitu.net", "manitu.net", "multi.surbl.org",
        "surbl.org", "multi.uribl.com", "uribl.com", "truncate.gbudb.net", "hostkarma.junkemailfilter.com",
        "bl.blocklist.de", "blocklist.de", "dnsbl.dronebl.org", "ips.backscatterer.org", "rbl.invaluement.com",
        "invaluement.com", "all.spamrats.com", "spamrats.com", "bl.score.senderscore.com", "senderscore.com",
        "dnsbl.justspam.org", "bl.0spam.org", "list.dnswl.org", "spameatingmonkey.net", "cloudmark.com",
    ]

    /// The list that a host's name ends with.
    static func name(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> StaticString? {
        names.first { name in
            let start = range.upperBound - name.utf8CodeUnitCount
            guard start >= range.lowerBound, start == range.lowerBound || text[start - 1] == UInt8(ascii: ".") else {
                return false
            }
            return (0..<name.utf8CodeUnitCount).allSatisfy {
                ReasonBytes.folded(text[start + $0]) == name.utf8Start[$0]
            }
        }
    }
}
