/// What a handler needs from content, so that a flow that cannot work is refused when it is loaded, not when a
/// parent uses it.
package struct HandlerContract: Sendable, Equatable {
    /// Names that must be among the slots of each flow that uses this handler.
    package var requiredSlots: [String]
    /// Keys that the handler may say; each must exist in every language. `family.*` stands for all keys that begin so;
    /// none of those need exist, and all count as said.
    package var replyKeys: [String]
    /// Reply key → the placeholders that the handler fills. Where a key is listed, a template that uses any other
    /// placeholder is refused; a key that is not listed is not checked.
    package var replyValues: [String: [String]]

    /// Only a button starts it, so nothing need teach how people ask for it.
    package var isPressedOnly: Bool

    package init(
        requiredSlots: [String] = [], replyKeys: [String] = [], replyValues: [String: [String]] = [:], isPressedOnly: Bool = false
    ) {
        self.requiredSlots = requiredSlots
        self.replyKeys = replyKeys
        self.replyValues = replyValues
        self.isPressedOnly = isPressedOnly
    }
}
