import Core
import Synchronization

/// What a platform would have seen: who is being sent something, and what arrived in which order.
final class Flights: Sendable {
    private struct State {
        var flying: Set<ConversationID> = []
        var arrived: [ConversationID: [String]] = [:]
    }

    private let state = Mutex(State())

    /// - Returns: false when another message of the conversation is in flight.
    func takeOff(_ conversation: ConversationID) -> Bool {
        state.withLock { $0.flying.insert(conversation).inserted }
    }

    func land(_ conversation: ConversationID, _ text: String?) {
        state.withLock { state in
            state.flying.remove(conversation)
            if let text { state.arrived[conversation, default: []].append(text) }
        }
    }

    var perConversation: [ConversationID: [String]] { state.withLock(\.arrived) }
    var count: Int { perConversation.values.reduce(0) { $0 + $1.count } }
}
