/// What a bounce class means for the address and for the sender: the five categories of Momentum's classification.
package enum BounceCategory: String, Sendable, CaseIterable {
    /// The reply could not be told apart.
    case undetermined = "Undetermined"
    /// The address does not work, and trying again does not help.
    case hard = "Hard"
    /// The same message may arrive another time.
    case soft = "Soft"
    /// The receiver refuses this sender or this content.
    case block = "Block"
    /// The sender's own side ended it, or it is no bounce.
    case admin = "Admin"
}
