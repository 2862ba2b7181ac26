import Logging
import Synchronization

/// Where the parts of a source leave how they stand. What is wrong is logged here: once when it begins, once when it
/// ends.
final class SourceStatus: Sendable {
    /// The parts that can have a problem of their own.
    enum Part: Int, Sendable, CaseIterable {
        case writer
        case loss
        case path
        case log
        case copies
        case spool
        case command
        case queue
        case listener
    }

    private struct Content {
        var state: SourceState
        var problems: [Part: String] = [:]
        /// Counts changes of the problems, so that a report can be made at once.
        var changes = 0

        func all(but part: Part? = nil) -> [String] {
            var all: [String] = []
            for each in Part.allCases where each != part {
                if let problem = problems[each] { all.append(problem) }
            }
            return all
        }
    }

    private let content: Mutex<Content>
    private let logger: Logger

    init(_ source: SourceDescription, logger: Logger) {
        self.content = Mutex(
            Content(state: SourceState(node: source.node, name: source.name, isSample: source.isSample))
        )
        self.logger = logger
    }

    var state: SourceState { content.withLock { $0.state } }

    /// Changes whenever a problem begins, changes or ends.
    var changes: Int { content.withLock { $0.changes } }

    /// Says what happens in the ordinary course of things.
    func say(_ message: @autoclosure () -> Logger.Message) {
        logger.info(message())
    }

    func update(_ change: (inout SourceState) -> Void) {
        content.withLock { change(&$0.state) }
    }

    /// Says what is wrong with a part, or nil when it is well again.
    func set(_ problem: String?, of part: Part) {
        let old: String? = content.withLock { content in
            let old = content.problems[part]
            guard old != problem else { return old }
            content.problems[part] = problem
            content.changes += 1
            content.state.problems = content.all()
            return old
        }
        guard old != problem else { return }
        if let problem {
            logger.warning("\(problem)")
        } else if let old {
            logger.notice("well again: \(old)")
        }
    }

    /// What is wrong, the writer's troubles aside: this is what the database is told.
    var health: SourceHealth {
        content.withLock { content in
            let problem = content.all(but: .writer).first
            return SourceHealth(readUpTo: nil, lagBytes: content.state.lagBytes, lastError: problem)
        }
    }
}
