import Foundation
import Logging

/// What collectors under test say: nothing, unless it is asked for.
enum TestLog {
    static var handler: any LogHandler {
        guard ProcessInfo.processInfo.environment["MAILMILL_TEST_LOG"] != nil else { return SwiftLogNoOpLogHandler() }
        return StreamLogHandler.standardError(label: "test")
    }
}
