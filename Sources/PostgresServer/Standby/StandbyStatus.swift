/// How a server stands to its copies, or to the one that it copies.
package struct StandbyStatus: Sendable, Codable, Equatable {
    /// A standby, as its primary sees it.
    package struct Follower: Sendable, Codable, Equatable {
        package let name: String
        package let state: String
        /// What it has yet to replay.
        package let behind: ByteCount
    }

    package let isStandby: Bool
    /// Of its history; grows with each promotion.
    package let timeline: Int64
    package let systemIdentifier: String
    /// Of a primary: those that follow it.
    package let followers: [Follower]
    /// Of a standby: whether it is connected to its primary, and to which host.
    package let isReceiving: Bool
    package let primary: String
    /// Of a standby: age of the last transaction replayed, in seconds; nil where none was yet.
    package let lagSeconds: Double?
}
