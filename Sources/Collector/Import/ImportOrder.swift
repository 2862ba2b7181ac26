package import Foundation
package import MailEvents

/// What somebody asked to be imported.
package struct ImportOrder: Codable, Sendable, Equatable {
    /// Absolute paths.
    package var files: [String]
    package var node: String
    /// By its name in settings.
    package var format: String
    /// Of stamps that carry none, by its name: `Europe/Berlin`.
    package var zone: String
    package var isFullSpeed: Bool
    package var askedAt: Date

    package init(
        files: [String],
        node: String,
        format: LogFormat,
        zone: String,
        isFullSpeed: Bool,
        askedAt: Date = Date()
    ) {
        self.files = files
        self.node = node
        self.format = format.rawValue
        self.zone = zone
        self.isFullSpeed = isFullSpeed
        self.askedAt = askedAt
    }
}

/// How far an order is, as its import wrote down last.
package struct ImportState: Codable, Sendable, Equatable {
    package var progress = ImportProgress()
    /// Since this run of it began.
    package var seconds: Double = 0
    package var isFinished = false
    package var updatedAt: Date

    package init(_ progress: ImportProgress, seconds: Double, isFinished: Bool = false, updatedAt: Date = Date()) {
        self.progress = progress
        self.seconds = seconds
        self.isFinished = isFinished
        self.updatedAt = updatedAt
    }
}

/// An order with what has become of it.
package struct KnownImport: Sendable, Equatable {
    /// How it stands.
    package enum Phase: String, Sendable {
        case running
        /// It runs and rests, or rests and does not run.
        case paused
        /// It was killed, or interrupted: to be resumed.
        case interrupted
        case cancelled
        /// All files were read; `failures` of the state tells of those that were not.
        case finished
    }

    package var number: Int
    package var order: ImportOrder
    /// Nil before it has begun.
    package var state: ImportState?
    package var phase: Phase
    /// Whether a process is at it.
    package var isRunning: Bool

    /// Whether anything is left to do.
    package var isOpen: Bool {
        switch phase {
        case .running, .paused, .interrupted: true
        case .cancelled, .finished: false
        }
    }
}
