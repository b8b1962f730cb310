package import Core

/// Spares an account that keeps failing. The safety lane does not ask it.
///
/// After `threshold` failures in a row it opens for a while; then one attempt is let through, whose outcome
/// closes it or opens it for twice as long.
package struct CircuitBreaker: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case closed(failures: Int)
        case open(until: Instant, length: Duration)
        case probing(length: Duration)
    }

    static let threshold = 5
    static let firstLength = Duration.seconds(2)
    static let longest = Duration.seconds(60)

    package private(set) var state = State.closed(failures: 0)

    package init() {}

    /// Whether an attempt may be made; nil = yes, else how long to wait.
    package mutating func admit(at now: Instant) -> Duration? {
        switch state {
        case .closed: return nil
        case .open(let until, let length):
            if now < until { return until.since(now) }
            state = .probing(length: length)
            return nil
        case .probing: return .milliseconds(250)
        }
    }

    package mutating func succeeded() { state = .closed(failures: 0) }

    /// An attempt ended without telling anything about the account (it was cancelled, or refused for its content).
    package mutating func neutral(at now: Instant) {
        if case .probing(let length) = state { state = .open(until: now, length: length) }
    }

    package mutating func failed(at now: Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < Self.threshold: state = .closed(failures: failures + 1)
        case .closed: state = .open(until: now + Self.firstLength, length: Self.firstLength)
        case .probing(let length):
            let next = min(length * 2, Self.longest)
            state = .open(until: now + next, length: next)
        case .open: break
        }
    }
}
