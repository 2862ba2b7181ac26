/// What the filters of a report can be set to: names that were seen. Domains are those that the cubes name.
package struct FilterChoices: Sendable, Equatable {
    package var nodes: [String] = []
    package var bindingGroups: [String] = []
    package var bindings: [String] = []
    package var domains: [String] = []

    package init() {}
}
