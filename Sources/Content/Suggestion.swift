/// "Did you mean …": the nearest known name to a mistyped one.
enum Suggestion {
    /// Names longer than this are not compared.
    private static let longest = 64

    /// The nearest of `names`, nil when none is near: at most a third of the letters differ, not counting the parts
    /// before a dot that both have (`classes.` in `classes.find`).
    static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in names {
            let scalars = Array(candidate.lowercased().unicodeScalars)
            let shared = sharedParts(wanted, scalars)
            let limit = max(1, (max(wanted.count, scalars.count) - shared) / 3)
            guard scalars.count <= longest, abs(scalars.count - wanted.count) <= limit else { continue }
            let distance = self.distance(wanted, scalars)
            guard distance <= limit else { continue }
            if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    private static func sharedParts(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var shared = 0
        for (index, pair) in zip(left, right).enumerated() {
            guard pair.0 == pair.1 else { break }
            if pair.0 == "." { shared = index + 1 }
        }
        return shared
    }

    /// "Did you mean 'x'?", or `fallback` when nothing is near.
    static func mend(for name: String, among names: some Sequence<String>, else fallback: @autoclosure () -> String)
        -> String
    {
        nearest(to: name, among: names).map { "Did you mean '\($0)'?" } ?? fallback()
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one from the other.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var twoAbove: [Int] = []
        var above = Array(0...right.count)
        for (row, scalar) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for (column, other) in right.enumerated() {
                var cost = min(
                    above[column + 1] + 1, current[column] + 1, above[column] + (scalar == other ? 0 : 1))
                if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
                    cost = min(cost, twoAbove[column - 1] + 1)
                }
                current.append(cost)
            }
            twoAbove = above
            above = current
        }
        return above[right.count]
    }
}
