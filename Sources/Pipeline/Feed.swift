package import Core
import Synchronization

/// Wakes the clients of pull channels (web chat, terminal) when their conversation has something new.
///
/// Only a hint: a client that was woken, or that woke by itself, reads the outbox from its own cursor.
package final class Feed: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [ConversationID: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How many streams are open.
    package var listenerCount: Int { state.withLock { $0.listeners.values.reduce(0) { $0 + $1.count } } }

    /// A stream with one element for each wake-up; several wake-ups that were not read fold into one.
    /// Ends when the consumer's task is cancelled or ``finish()`` is called.
    package func wakeups(for conversation: ConversationID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[conversation, default: [:]][state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id, of: conversation) }
        return stream
    }

    package func notify(_ conversation: ConversationID) {
        let listeners = state.withLock { Array($0.listeners[conversation, default: [:]].values) }
        for listener in listeners { listener.yield() }
    }

    /// Ends all streams; at shutdown.
    package func finish() {
        let all = state.withLock { state in
            let all = state.listeners.values.flatMap(\.values)
            state.listeners.removeAll()
            return all
        }
        for listener in all { listener.finish() }
    }

    private func remove(_ id: Int, of conversation: ConversationID) {
        state.withLock { state in
            state.listeners[conversation]?[id] = nil
            if state.listeners[conversation]?.isEmpty == true { state.listeners[conversation] = nil }
        }
    }
}
