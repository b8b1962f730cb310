import Content
package import Core
package import Dialogue
import Programmes
package import Store
package import Understanding

/// Gives one stored event its effect: reads it, lets dialogue decide, writes everything in one transaction.
package struct EventProcessor: Sendable {
    /// What became of an event.
    package enum Result: Sendable, Equatable {
        /// Its effect is written. The conversations that have something new to fetch.
        case done(touched: [ConversationID])
        /// Somebody had given it its effect before.
        case alreadyDone
    }

    private let store: Store
    private let interpreter: Interpreter
    private let dialogue: Dialogue
    private let clock: any WallClock
    private let isThirdParty: @Sendable (ConversationAddress) -> Bool

    package init(
        store: Store, interpreter: Interpreter, dialogue: Dialogue, clock: any WallClock,
        isThirdParty: @escaping @Sendable (ConversationAddress) -> Bool
    ) {
        self.store = store
        self.interpreter = interpreter
        self.dialogue = dialogue
        self.clock = clock
        self.isThirdParty = isThirdParty
    }

    /// - Throws: the store's or dialogue's error; nothing of the event has happened then.
    package func process(_ stored: StoredEvent, of conversation: ConversationID, at address: ConversationAddress)
        async throws -> Result
    {
        let event = stored.event.heard
        let now = clock.now()
        // Reading is done outside the transaction: it is pure, and a re-run of the transaction need not repeat it.
        let reading = event.kind == .message ? event.text.flatMap { $0.isEmpty ? nil : interpreter.read($0, at: now) } : nil
        let thirdParty = isThirdParty(address)
        let chance = Machine.chance()
        return try await store.write { [dialogue] tx in
            guard try tx.beginEvent(stored.id) else { return .alreadyDone }
            if event.kind == .status { try Self.raise(event, at: address, in: tx, now: now) }
            guard let record = try tx.conversation(conversation) else {
                try tx.finishEvent(stored.id, now: now)
                return .done(touched: [])
            }
            let turn = Turn(
                event: event, reading: reading, conversation: conversation, role: Role(rawValue: record.role) ?? .parent,
                isThirdParty: thirdParty)
            var random = chance
            let ids = IdentifierSource()
            let state = ConversationState(restoring: record.stateJSON)
            let decision = try dialogue.step(turn, state: state, records: tx, now: now, random: &random, ids: ids)
            if decision.state != state { try tx.saveState(decision.state.encoded(), of: conversation) }
            try tx.apply(decision.changes, in: conversation, event: stored.id, now: now)
            try tx.finishEvent(stored.id, now: now)
            return .done(touched: Self.touched(by: decision.changes, in: conversation))
        }
    }

    private static func raise(_ event: InboundEvent, at address: ConversationAddress, in tx: WriteTransaction, now: Instant) throws {
        guard let status = event.status else { return }
        for id in event.relatedIDs {
            _ = try tx.raiseStatus(connection: address.connection, account: address.account, externalID: id, to: status, now: now)
        }
    }

    private static func touched(by changes: [Change], in conversation: ConversationID) -> [ConversationID] {
        var touched: [ConversationID] = []
        for change in changes {
            switch change {
            case .reply: if !touched.contains(conversation) { touched.append(conversation) }
            case .notify(let other, _): if !touched.contains(other) { touched.append(other) }
            default: break
            }
        }
        return touched
    }
}
