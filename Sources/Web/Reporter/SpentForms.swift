import Sealing
import Synchronization

/// Forms that must not work once more, although a browser may still hold them behind its back button.
///
/// Remembers a bounded number, the youngest ones, as marks that tell nothing about the forms.
final class SpentForms: Sendable {
    private struct State {
        var young: Set<[UInt8]> = []
        var old: Set<[UInt8]> = []
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(2, capacity) / 2 }

    /// - Parameter word: the random word that stands in the form.
    func spend(_ word: String) { spend(mark: Self.mark(of: word)) }

    func isSpent(_ word: String) -> Bool {
        let mark = Self.mark(of: word)
        return state.withLock { $0.young.contains(mark) || $0.old.contains(mark) }
    }

    func spend(mark: [UInt8]) {
        state.withLock { state in
            if state.young.count >= capacity {
                state.old = state.young
                state.young = []
            }
            state.young.insert(mark)
        }
    }

    static func mark(of word: String) -> [UInt8] { TokenHash(of: word).bytes }
}
