package import Core
import Synchronization

/// Lets each source do something a few times at once and then at a steady pace.
///
/// Remembers a bounded number of sources, in two generations: when the younger one is full, the older one, with
/// whoever was silent since then, is forgotten at once. So a flood of invented sources costs bounded memory and time,
/// and nobody who keeps asking is forgotten.
package final class RateLimiter<Source: Hashable & Sendable>: Sendable {
    private struct State {
        /// When the source's allowance is whole again.
        var young: [Source: Instant] = [:]
        var old: [Source: Instant] = [:]
    }

    private let burst: Int
    private let interval: Duration
    private let capacity: Int
    private let state = Mutex(State())

    package init(burst: Int, interval: Duration, capacity: Int) {
        self.burst = max(1, burst)
        self.interval = interval
        self.capacity = max(2, capacity) / 2
    }

    /// Nil when the source may go on, which then counts; else how long it has to wait.
    package func take(_ source: Source, at now: Instant) -> Duration? {
        state.withLock { state in
            let full = max(state.young[source] ?? state.old[source] ?? now, now)
            let next = full + interval
            let wait = next.since(now + interval * burst)
            // Who is refused is remembered too, or a flood of others would wash the refusal away.
            remember(source, wait > .zero ? full : next, in: &state)
            return wait > .zero ? wait : nil
        }
    }

    /// The same question without counting.
    package func wait(for source: Source, at now: Instant) -> Duration? {
        state.withLock { state in
            let full = max(state.young[source] ?? state.old[source] ?? now, now)
            let wait = (full + interval).since(now + interval * burst)
            return wait > .zero ? wait : nil
        }
    }

    /// Takes one ``take(_:at:)`` back that turned out not to count.
    package func giveBack(_ source: Source, at now: Instant) {
        state.withLock { state in
            guard let full = state.young[source] ?? state.old[source] else { return }
            remember(source, max(full - interval, now), in: &state)
        }
    }

    private func remember(_ source: Source, _ full: Instant, in state: inout State) {
        if state.young[source] == nil, state.young.count >= capacity {
            state.old = state.young
            state.young = [:]
        }
        state.young[source] = full
    }
}
