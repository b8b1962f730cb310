package import Core
package import Programmes
package import Sealing

package enum CaseEntryTag {}
/// One thing in a case.
package typealias CaseEntryID = Identifier<CaseEntryTag>

/// Who can open a case.
package enum CaseHolder: Sendable, Hashable {
    case member(StaffID)
    /// The key outside the database; its wrap goes when the case is closed.
    case duty
    case escrow

    /// As it stands in the wrap and in the database.
    package var text: String {
        switch self {
        case .member(let id): id.rawValue
        case .duty: "duty"
        case .escrow: "escrow"
        }
    }

    package init(text: String) {
        switch text {
        case "duty": self = .duty
        case "escrow": self = .escrow
        default: self = .member(StaffID(text))
        }
    }
}

/// The keys to which every case is sealed.
package enum SealingKeyName: String, Sendable, CaseIterable {
    case duty, escrow

    var holder: CaseHolder {
        switch self {
        case .duty: .duty
        case .escrow: .escrow
        }
    }
}

/// A case in a list: no content.
package struct CaseListing: Sendable, Equatable {
    package var summary: CaseSummary
    /// Sent since it was opened, or since it was last paged anew.
    package var pages: Int
    /// Nil = nobody is to be paged any more.
    package var nextPage: Instant?
    package var entries: Int
    /// Whether the reporter has code and PIN.
    package var hasMailbox: Bool
    package var isErased: Bool

    package init(
        summary: CaseSummary, pages: Int, nextPage: Instant? = nil, entries: Int, hasMailbox: Bool, isErased: Bool = false
    ) {
        self.summary = summary
        self.pages = pages
        self.nextPage = nextPage
        self.entries = entries
        self.hasMailbox = hasMailbox
        self.isErased = isErased
    }

    /// Nobody took it, and nobody is paged about it any more.
    package var isUnanswered: Bool { summary.status == .new && nextPage == nil }
}

/// Something in a case, as it is kept.
package struct SealedCaseEntry: Sendable, Equatable {
    package var id: CaseEntryID
    package var caseID: CaseID
    package var kind: CaseEntry.Kind
    /// ``Actor/text``.
    package var author: String
    package var at: Instant
    package var sealed: [UInt8]

    package init(id: CaseEntryID, caseID: CaseID, kind: CaseEntry.Kind, author: String, at: Instant, sealed: [UInt8]) {
        self.id = id
        self.caseID = caseID
        self.kind = kind
        self.author = author
        self.at = at
        self.sealed = sealed
    }

    /// - Throws: ``StoreError/unreadable(_:)`` for another case's key, or when it was damaged.
    package func open(with caseKey: SealingPrivateKey) throws(StoreError) -> CaseEntry {
        try CaseEnvelope.open(sealed, with: caseKey, place: CaseEnvelope.entry(id, in: caseID))
    }
}

/// A case's private key, sealed to one who may use it.
package struct CaseWrap: Sendable, Equatable {
    package var caseID: CaseID
    package var holder: CaseHolder
    package var wrap: [UInt8]

    package init(caseID: CaseID, holder: CaseHolder, wrap: [UInt8]) {
        self.caseID = caseID
        self.holder = holder
        self.wrap = wrap
    }

    /// - Throws: ``StoreError/unreadable(_:)`` for another holder's key, or when it was damaged.
    package func open(with holderKey: SealingPrivateKey) throws(StoreError) -> SealingPrivateKey {
        do {
            return try SealingPrivateKey.unwrap(
                wrap, with: holderKey, caseID: caseID.rawValue, holder: holder.text)
        } catch {
            throw .unreadable("case_wraps.wrap")
        }
    }
}

/// A member who should be able to open a case and cannot yet; whoever has the duty key can share it with them.
package struct MissingWrap: Sendable, Equatable {
    package var caseID: CaseID
    package var staff: StaffID
    package var publicKey: SealingPublicKey
    package var dutyWrap: CaseWrap

    package init(caseID: CaseID, staff: StaffID, publicKey: SealingPublicKey, dutyWrap: CaseWrap) {
        self.caseID = caseID
        self.staff = staff
        self.publicKey = publicKey
        self.dutyWrap = dutyWrap
    }
}

/// A message of the team to the reporter, as it waits in the mailbox.
package struct MailboxMessage: Sendable, Equatable {
    package var id: CaseEntryID
    package var caseID: CaseID
    package var at: Instant
    package var sealed: [UInt8]

    package init(id: CaseEntryID, caseID: CaseID, at: Instant, sealed: [UInt8]) {
        self.id = id
        self.caseID = caseID
        self.at = at
        self.sealed = sealed
    }

    /// - Throws: ``StoreError/unreadable(_:)`` for another mailbox's key, or when it was damaged.
    package func open(with mailboxKey: SealingPrivateKey) throws(StoreError) -> CaseEntry {
        try CaseEnvelope.open(sealed, with: mailboxKey, place: CaseEnvelope.message(id, in: caseID))
    }
}

/// A reporter's mailbox with what has happened at its door.
package struct CaseMailbox: Sendable, Equatable {
    package var caseID: CaseID
    package var mailbox: Mailbox
    package var createdAt: Instant
    /// Last.
    package var openedAt: Instant?
    /// Wrong PINs since it was last opened.
    package var failures: Int

    package init(caseID: CaseID, mailbox: Mailbox, createdAt: Instant, openedAt: Instant? = nil, failures: Int) {
        self.caseID = caseID
        self.mailbox = mailbox
        self.createdAt = createdAt
        self.openedAt = openedAt
        self.failures = failures
    }
}

/// A case whose content was destroyed; noted so that it can be destroyed again after an old backup was restored.
package struct CaseErasure: Sendable, Equatable {
    package var number: String
    package var caseID: CaseID
    package var at: Instant

    package init(number: String, caseID: CaseID, at: Instant) {
        self.number = number
        self.caseID = caseID
        self.at = at
    }
}

/// How entries are sealed, and where.
enum CaseEnvelope {
    static func entry(_ id: CaseEntryID, in caseID: CaseID) -> String { "case_entry:\(caseID):\(id)" }
    static func message(_ id: CaseEntryID, in caseID: CaseID) -> String { "mailbox_entry:\(caseID):\(id)" }

    static func seal(_ entry: CaseEntry, to key: SealingPublicKey, place: String) throws -> [UInt8] {
        do {
            return try Envelope.seal(Payload.encode(entry), to: key, place: place)
        } catch is SealingError {
            throw StoreError.unreadable("cases.public_key")
        }
    }

    static func open(_ sealed: [UInt8], with key: SealingPrivateKey, place: String) throws(StoreError) -> CaseEntry {
        do {
            return try Payload.decode(CaseEntry.self, from: Envelope.open(sealed, with: key, place: place), .caseEntry)
        } catch {
            throw .unreadable(SealedPlace.caseEntry.rawValue)
        }
    }
}
