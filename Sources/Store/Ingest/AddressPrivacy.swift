/// How much of people's addresses is stored. The raw value is the setting `collector.addresses`.
package enum AddressPrivacy: String, Sendable, CaseIterable {
    /// Addresses as the log has them.
    case whole
    /// Domains only: nobody can be looked for, nor found.
    case domain
    /// A keyed hash in the place of each local part: who knows an address finds its mail, and nobody reads one.
    case hash
}
