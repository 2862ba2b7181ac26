/// What a canonical reason has in the place of what differs from message to message. The order is the one in which a
/// word is tried: an address has a host in it, a host may have a number in it.
package enum Placeholder: String, Sendable, CaseIterable {
    /// `https://…`, `example.org/help`.
    case url = "{url}"
    /// A mail address or a message id: anything with `@`.
    case address = "{address}"
    /// A time, a date, or both, with the zone.
    case time = "{time}"
    /// An IPv4 or IPv6 address, with port or prefix length.
    case ip = "{ip}"
    /// A host's or domain's name, with its port. Names of public block lists stay.
    case host = "{host}"
    /// The recipient's local part, and what stands alone between `<` and `>`.
    case name = "{name}"
    /// A queue id, session id or the like.
    case id = "{id}"
    /// Digits. Reply codes and enhanced status codes stay, and so do a provider's own codes (`S3150`, `554.30`).
    case number = "{number}"
}
