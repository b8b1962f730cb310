import Dialogue

/// A stored conversation; whatever it holds, the conversation goes on.
enum ConversationStateEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let state = ConversationState(restoring: Array(bytes))
        guard let encoded = try? state.encoded() else {
            promise(false, "a state can be stored")
            return
        }
        promise(ConversationState(restoring: encoded) == state, "a stored state is restored")
    }
}
