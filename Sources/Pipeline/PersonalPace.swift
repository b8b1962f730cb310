import Core

/// How fast single people are written to, where a platform minds. A value: the owner asks and is told.
///
/// A short burst passes at once: an answer in several parts, two answers after one another.
struct PersonalPace: Sendable {
    private struct Key: Hashable {
        var account: Dispatch.AccountKey
        var person: String
    }

    static let burst = 5.0
    /// Above it, people who may be sent a whole burst again are forgotten; it makes no difference to them.
    static let remembered = 5_000

    private var buckets: [Key: TokenBucket] = [:]
    private var forgetAt = Self.remembered

    /// Takes one message, or says how long until the next may go.
    mutating func take(_ account: Dispatch.AccountKey, _ person: String, perSecond: Double, at now: Instant) -> Duration? {
        if buckets.count >= forgetAt {
            buckets = buckets.filter { !$0.value.isFull(at: now) }
            // Not again before as many have come: then the work stays in proportion.
            forgetAt = max(Self.remembered, buckets.count * 2)
        }
        let fresh = TokenBucket(perSecond: perSecond, burst: Self.burst, at: now)
        let key = Key(account: account, person: person)
        buckets[key]?.change(perSecond: perSecond, burst: Self.burst, at: now)
        return buckets[key, default: fresh].take(at: now)
    }

    /// Undoes a take that came to nothing.
    mutating func giveBack(_ account: Dispatch.AccountKey, _ person: String) {
        buckets[Key(account: account, person: person)]?.giveBack()
    }
}
