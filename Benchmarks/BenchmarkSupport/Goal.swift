/// What a benchmark has to reach.
package struct Goal: Sendable {
    private let what: String
    private let goal: String

    /// - Parameter goal: for a person, with its unit: "100 000 events/s or more".
    package init(_ what: String, _ goal: String) {
        self.what = what
        self.goal = goal
    }

    /// Says the figure and whether the goal is reached, and what else the machine was doing. `Scripts/bench` gathers these
    /// lines at its end. A missed goal is a result, no failure.
    package func tell(_ figure: String, isReached: Bool) {
        BenchmarkSupport.tell(
            "RESULT \(what): \(figure) (goal \(goal): \(isReached ? "reached" : "MISSED"); load \(Machine.load))"
        )
    }
}
