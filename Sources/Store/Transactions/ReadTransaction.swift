import Core
import Sealing

/// A consistent view of everything that is committed, for the time of one closure.
///
/// Not sendable: it cannot leave the closure it was given to.
package class ReadTransaction {
    let connection: any SQLConnection
    let vault: KeyVault
    /// The time at which the transaction began, by the store's clock.
    let began: Instant

    init(connection: any SQLConnection, vault: KeyVault, began: Instant) {
        self.connection = connection
        self.vault = vault
        self.began = began
    }

    /// Opens sealed content.
    ///
    /// - Returns: nil when its key was erased.
    /// - Throws: ``StoreError/unreadable(_:)`` when it is damaged or belongs elsewhere.
    final func open(_ sealed: [UInt8], _ place: SealedPlace, id: String) throws -> [UInt8]? {
        do {
            guard let key = try vault.key(for: PayloadCipher.day(of: sealed), on: connection) else { return nil }
            return try PayloadCipher.open(sealed, with: key, place: place.name(of: id))
        } catch is SealingError {
            throw StoreError.unreadable(place.rawValue)
        }
    }
}

/// The columns that hold sealed content. The name is part of what is authenticated: never rename one.
enum SealedPlace: String {
    case eventPayload = "events.payload"
    case conversationState = "conversations.state"
    case outboxBody = "outbox.body"
    case timerPayload = "timers.payload"
    case childName = "enrolments.child_name"
    case deskDetails = "desk_items.details"
    case accessToken = "tokens.access"
    case refreshToken = "tokens.refresh"
    case broadcastContent = "broadcasts.content"
    case caseFacts = "cases.facts"
    case caseEntry = "case_entries.sealed"
    case caseOutcome = "cases.outcome"
    case staffName = "staff.name"
    case staffEmail = "staff.email"
    case staffKey = "staff.locked_key"
    case mailboxKey = "case_mailboxes.locked"

    func name(of id: String) -> String { "\(rawValue):\(id)" }
}
