import Core
import Sealing
import Synchronization

/// The mailboxes that are open now, in memory only.
///
/// A session is known by a random secret that stands in the forms of one open page and nowhere else. The key that
/// opens the messages is kept under it until the person leaves, was idle too long, or the server stops.
final class MailboxSessions: Sendable {
    /// An open mailbox.
    struct Opened: Sendable {
        let report: CaseID
        let key: SealingPrivateKey
    }

    private struct Session {
        let opened: Opened
        /// Mark of the form that code and PIN came in.
        let entrance: [UInt8]
        var lastUsed: Instant
        /// Marks of the forms that were sent, so that a second press of the button is not a second message.
        var sent: [[UInt8]] = []
    }

    private struct State {
        var isClosed = false
        var sessions: [SecretMark: Session] = [:]
    }

    private let capacity: Int
    private let idle: Duration
    private let spent: SpentForms
    private let state = Mutex(State())
    /// How many sent forms a session remembers.
    private static let remembered = 32

    /// - Parameter spent: learns the forms of sessions that have ended.
    init(capacity: Int, idle: Duration, spent: SpentForms) {
        self.capacity = max(1, capacity)
        self.idle = idle
        self.spent = spent
    }

    var count: Int { state.withLock { $0.sessions.count } }

    /// The secret of a new session; nil while the server stops, or when an earlier session of the same form has ended:
    /// whoever goes back in the browser's history must not get in by sending the form again.
    ///
    /// - Parameter word: the word of the form that code and PIN came in.
    func begin(_ opened: Opened, word: String, at now: Instant) -> String? {
        let token = BearerToken.make()
        let entrance = SpentForms.mark(of: word)
        return state.withLock { state in
            guard !state.isClosed else { return nil }
            sweep(&state, at: now)
            guard !spent.isSpent(word) else { return nil }
            while state.sessions.count >= capacity, let idlest = state.sessions.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
                remove(idlest.key, from: &state)
            }
            state.sessions[SecretMark(token.text)] = Session(opened: opened, entrance: entrance, lastUsed: now)
            return token.text
        }
    }

    /// The open mailbox with this secret, which counts as used now; nil when there is none (any more).
    func find(_ secret: String, at now: Instant) -> Opened? {
        state.withLock { state in
            sweep(&state, at: now)
            state.sessions[SecretMark(secret)]?.lastUsed = now
            return state.sessions[SecretMark(secret)]?.opened
        }
    }

    /// Whether the form with this mark is sent for the first time; it counts as sent from now on.
    func send(_ form: [UInt8], in secret: String) -> Bool {
        state.withLock { state in
            guard var session = state.sessions[SecretMark(secret)], !session.sent.contains(form) else { return false }
            session.sent = session.sent.suffix(Self.remembered - 1) + [form]
            state.sessions[SecretMark(secret)] = session
            return true
        }
    }

    /// The form could not be stored; it may be sent again.
    func takeBack(_ form: [UInt8], in secret: String) {
        state.withLock { state in state.sessions[SecretMark(secret)]?.sent.removeAll { $0 == form } }
    }

    func end(_ secret: String) {
        state.withLock { remove(SecretMark(secret), from: &$0) }
    }

    /// Forgets the keys of those who were idle too long.
    func sweep(at now: Instant) { state.withLock { sweep(&$0, at: now) } }

    /// Forgets all keys and opens no more.
    func closeAll() {
        state.withLock { state in
            state.isClosed = true
            state.sessions = [:]
        }
    }

    private func sweep(_ state: inout State, at now: Instant) {
        for (mark, session) in state.sessions where now.since(session.lastUsed) >= idle { remove(mark, from: &state) }
    }

    private func remove(_ mark: SecretMark, from state: inout State) {
        guard let session = state.sessions.removeValue(forKey: mark) else { return }
        spent.spend(mark: session.entrance)
    }
}

/// What the table of secrets is looked up by: comparing it tells nothing about the secret.
private struct SecretMark: Hashable {
    private let bytes: [UInt8]

    init(_ secret: String) { bytes = TokenHash(of: secret).bytes }
}
