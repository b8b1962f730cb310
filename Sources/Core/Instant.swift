/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
///
/// Arithmetic saturates, so that a timestamp from outside can never trap.
package struct Instant: Hashable, Sendable, Comparable, Codable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    package static func + (instant: Self, duration: Duration) -> Self {
        Self(milliseconds: instant.milliseconds.addingSaturating(duration.wholeMilliseconds))
    }

    package static func - (instant: Self, duration: Duration) -> Self {
        Self(milliseconds: instant.milliseconds.subtractingSaturating(duration.wholeMilliseconds))
    }

    /// The time from `earlier` until this instant; negative when `earlier` is later.
    package func since(_ earlier: Self) -> Duration {
        .milliseconds(milliseconds.subtractingSaturating(earlier.milliseconds))
    }
}

extension Duration {
    /// Whole milliseconds, saturating.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return product.addingSaturating(attoseconds / 1_000_000_000_000_000)
    }
}

extension FixedWidthInteger {
    package func addingSaturating(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    package func subtractingSaturating(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
