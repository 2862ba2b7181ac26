import Testing

@testable import Collector

@Suite struct RotatedNameTests {
    @Test(arguments: [
        "mail.log.1", "mail.log.0", "mail.log.12.gz", "mail.log-20261122", "mail.log-20261122.gz",
        "mail.log-2026-11-22_15:35:21.zst", "mail.log.20261122-153521", "mail.log_20261122", "mail.log.old",
        "mail.log.gz", "mail.1.log", "mail-20261122.log", "mail-20261122.log.xz", "mail.log.1.bz2", "mail.log.2.Z",
    ])
    func rotationGivesSuchNames(name: String) {
        #expect(RotatedName("mail.log").matches(name))
    }

    @Test(arguments: [
        "mail.log", "mail.err", "mail.err.1", "mail.info", "mail.log.err", "maillog.1", "mail.log2", "mail.warn.gz",
        "mail.logs", "mail.log.1.swp", "mail.log.tmp", "xmail.log.1", "mail.log~", "mail.log.1err",
    ])
    func otherNamesAreOtherLogs(name: String) {
        #expect(!RotatedName("mail.log").matches(name))
    }

    @Test func aNameWithoutSuffixIsRotatedToo() {
        #expect(RotatedName("maillog").matches("maillog.20261122-153521"))
        #expect(RotatedName("mail").matches("mail-20261122"))
        #expect(!RotatedName("mail").matches("mail.err"))
        #expect(!RotatedName("mail").matches("maillog.1"))
    }
}
