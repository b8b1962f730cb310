package import Content
package import Core
package import Programmes

/// Decides what is said and done in a conversation.
///
/// Pure and synchronous: everything it knows comes in as a parameter, everything it wants goes out as a ``Decision``.
package struct Dialogue: Sendable {
    package let catalogue: Catalogue
    package let policies: Policies
    package let hotlines: [Hotline]

    /// - Parameter hotlines: Numbers for safety answers, in the order shown; empty means ``Hotline/national``.
    package init(catalogue: Catalogue, policies: Policies = Policies(), hotlines: [Hotline] = Hotline.national) {
        self.catalogue = catalogue
        self.policies = policies
        self.hotlines = hotlines.isEmpty ? Hotline.national : hotlines
    }

    /// Takes one turn of one conversation.
    ///
    /// - Parameters:
    ///   - turn: The event with its reading.
    ///   - state: What the previous decision of this conversation left.
    ///   - records: Read inside the transaction that will apply the decision.
    ///   - now: The time of deciding, not the platform's.
    /// - Returns: The next state and the changes. Applied to records equal to `records`, they keep every rule of
    ///   the programmes (no class over its capacity).
    /// - Throws: Only what `records` throws.
    package func step(
        _ turn: Turn, state: ConversationState, records: some Records, now: Instant,
        random: inout some RandomSource, ids: IdentifierSource
    ) throws -> Decision {
        var scene = Scene(
            dialogue: self, turn: turn, state: state, records: records, now: now, random: random, ids: ids)
        defer { random = scene.random }
        try scene.play()
        return Decision(state: scene.state, changes: scene.changes)
    }
}
