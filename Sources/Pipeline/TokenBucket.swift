package import Core

/// How many sends an account may still make now. A value: the owner asks and is told.
package struct TokenBucket: Sendable, Equatable {
    package private(set) var perSecond: Double
    package private(set) var burst: Double
    private var tokens: Double
    private var updatedAt: Instant

    /// Starts full. `perSecond` and `burst` below 0.001 are taken as 0.001.
    package init(perSecond: Double, burst: Double, at now: Instant) {
        self.perSecond = max(0.001, perSecond)
        self.burst = max(1, burst)
        tokens = self.burst
        updatedAt = now
    }

    /// Goes on at another rate. What gathered at the old one stays, as far as the new burst holds it.
    package mutating func change(perSecond: Double, burst: Double, at now: Instant) {
        refill(at: now)
        self.perSecond = max(0.001, perSecond)
        self.burst = max(1, burst)
        tokens = min(tokens, self.burst)
    }

    private mutating func refill(at now: Instant) {
        let elapsed = max(0, now.since(updatedAt).wholeMilliseconds)
        tokens = min(burst, tokens + Double(elapsed) / 1000 * perSecond)
        updatedAt = max(updatedAt, now)
    }

    /// Takes one token, or says how long until there is one. A clock that runs backwards gives nothing.
    package mutating func take(at now: Instant) -> Duration? {
        refill(at: now)
        if tokens >= 1 {
            tokens -= 1
            return nil
        }
        return .milliseconds(Int64(((1 - tokens) / perSecond * 1000).rounded(.up)))
    }

    /// Undoes a take that came to nothing.
    package mutating func giveBack() { tokens = min(burst, tokens + 1) }

    /// Whether nothing that was taken is still missing.
    package func isFull(at now: Instant) -> Bool {
        tokens + Double(max(0, now.since(updatedAt).wholeMilliseconds)) / 1000 * perSecond >= burst
    }
}
