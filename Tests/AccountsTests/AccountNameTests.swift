import Testing

@testable import Accounts

@Suite struct AccountNameTests {
    @Test(arguments: [("Jo", "jo"), ("  admin ", "admin"), ("JO.Miller+ops@example.com", "jo.miller+ops@example.com")])
    func caseAndSurroundingSpacesDoNotMatter(typed: String, text: String) throws {
        #expect(try AccountName(typed).text == text)
    }

    @Test func composedAndDecomposedNamesAreOne() throws {
        #expect(try AccountName("J\u{F6}rg") == AccountName("jo\u{308}rg"))
    }

    @Test(arguments: ["", "   ", "a b", "<script>", "a\u{0}b", "a'b", "a/b", String(repeating: "x", count: 65)])
    func whatIsNoNameIsRefused(typed: String) {
        #expect(throws: AccountsError.self) { _ = try AccountName(typed) }
    }

    @Test func rolesHoldWhatTheyPromise() {
        #expect(Role.admin.may(.manageAccounts))
        #expect(Role.users.may(.control))
        #expect(!Role.users.may(.manageAccounts))
        #expect(Role.reporting.may(.readFigures))
        #expect(!Role.reporting.may(.control))
        #expect(Role(rawValue: "root") == nil)
    }
}
