import Synchronization

/// Sessions that have shown their token a short while ago. A bounded number, in two generations.
final class KnownSessions: Sendable {
    private struct State {
        var young: Set<String> = []
        var old: Set<String> = []
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(2, capacity) / 2 }

    func contains(_ session: String) -> Bool {
        state.withLock { $0.young.contains(session) || $0.old.contains(session) }
    }

    func remember(_ session: String) {
        state.withLock { state in
            if !state.young.contains(session), state.young.count >= capacity {
                state.old = state.young
                state.young = []
            }
            state.young.insert(session)
        }
    }

    func forget(_ session: String) {
        state.withLock { state in
            state.young.remove(session)
            state.old.remove(session)
        }
    }
}
