package import Programmes

/// What follows from one turn: apply both in the transaction that read the event, or neither.
package struct Decision: Sendable {
    package var state: ConversationState
    /// In the order in which they are to be applied.
    package var changes: [Change]

    package init(state: ConversationState, changes: [Change] = []) {
        self.state = state
        self.changes = changes
    }

    /// What is said in this conversation, in order.
    package var replies: [Reply] {
        changes.compactMap { if case .reply(let reply) = $0 { reply } else { nil } }
    }
}
