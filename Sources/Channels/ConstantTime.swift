/// Comparisons whose duration does not tell where two secrets differ.
package enum ConstantTime {
    /// Lengths are not secret; the bytes are.
    package static func equal(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
        guard lhs.count == rhs.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(lhs, rhs) { difference |= left ^ right }
        return difference == 0
    }
}
