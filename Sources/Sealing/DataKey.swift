package import Core
import Crypto

/// Which key something was sealed under: a calendar day in Viet Nam, or the standing key.
///
/// Content of a day is erased by deleting that day's key. What must outlive any day (tokens, enrolments) is sealed
/// under the standing key and erased with its row.
package struct KeyDay: RawRepresentable, Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; 0 is the standing key.
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// The day on which `instant` falls in Viet Nam; never the standing key.
    package init(_ instant: Instant) {
        rawValue = max(1, Int32(clamping: CivilTime(instant).date.dayNumber))
    }

    package static let standing = KeyDay(rawValue: 0)

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// One random 256-bit key, in the clear; only ever in memory.
package struct DataKey: Sendable, Secret {
    package let day: KeyDay
    let key: SymmetricKey
}
