import Foundation
import Testing

@testable import mailmill

/// The generated pages of `docs/reference` are those of this source.
struct ReferenceTests {
    @Test(arguments: ["settings", "commands"])
    func generatedPagesAreFresh(page: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../docs/reference")
        let stored = try String(contentsOf: folder.appending(path: "\(page).md"), encoding: .utf8)
        let generated = page == "settings" ? Reference.settings() : Reference.commands()
        #expect(stored == generated + "\n", "run `make docs`")
    }
}
