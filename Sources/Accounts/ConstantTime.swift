/// Comparison whose time tells nothing of where two values differ.
package enum ConstantTime {
    /// Unequal lengths answer at once: lengths are no secret here.
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) {
            difference |= one ^ other
        }
        return difference == 0
    }
}
