/// What a filter can be set on. The raw value is the first parameter of `reports/choices`.
package enum FilterDimension: String, Sendable, CaseIterable {
    case node
    case bindingGroup = "binding_group"
    case binding
    /// Every domain that was seen, whether a cube names it or not.
    case domain
}
