@testable import Store

/// Mistakes made on purpose under the program, each of which some invariant has to find.
enum Sabotage: String, CaseIterable {
    /// What was done with an event is not noted with it.
    case eventsStayOpen
    /// A confirmed event is now and then not stored.
    case confirmedIsLost
    /// That a message was sent is not noted.
    case outcomesAreForgotten
    /// Safety messages are often overlooked.
    case safetyIsOverlooked
    /// Every message counts as the first of its conversation.
    case everybodyFirst
    /// What a person wants is answered and not done.
    case optOutsAreNotKept
    case cancelledPlacesStay
    /// The accounts are taken for faster than they are.
    case ratesAreTripled
    /// That somebody has a message in hand is not noted.
    case processesShareMessages

    /// What the invariant that finds it says.
    var finding: String {
        switch self {
        case .eventsStayOpen: "was done twice"
        case .confirmedIsLost: "is not stored"
        case .outcomesAreForgotten: "was taken while it was settled"
        case .safetyIsOverlooked: "while safety message"
        case .everybodyFirst: "of the same conversation had an outcome"
        case .optOutsAreNotKept: "had opted out"
        case .cancelledPlacesStay: "given back, and has it"
        case .ratesAreTripled: "messages in"
        case .processesShareMessages: "was taken while it was inFlight"
        }
    }

    /// Where the search begins: a seed shortly before one that shows it.
    var firstSeed: UInt64 { self == .optOutsAreNotKept ? 31 : 1 }

    /// Whether the statement is passed over although it is reported as done.
    func passesOver(_ statement: SQLStatement, _ number: Int) -> Bool {
        switch self {
        case .eventsStayOpen: statement.text == InboxSQL.finish.text
        case .confirmedIsLost: statement.text == InboxSQL.insert.text && number % 5 == 0
        case .outcomesAreForgotten: statement.text == OutboxSQL.close.text
        case .optOutsAreNotKept: statement.text == ConversationSQL.setSubscribed.text
        case .cancelledPlacesStay: statement.text == ClassSQL.setStatus.text
        case .processesShareMessages: statement.text == OutboxSQL.lease.text
        case .safetyIsOverlooked, .everybodyFirst, .ratesAreTripled: false
        }
    }

    /// Whether the query finds nothing.
    func hides(_ statement: SQLStatement, _ number: Int) -> Bool {
        switch self {
        case .safetyIsOverlooked: statement.text == OutboxSQL.dueSafety.text && number % 3 != 0
        case .everybodyFirst: statement.text == OutboxSQL.firstUnsent.text || statement.text == OutboxSQL.inFlightOfLane.text
        default: false
        }
    }
}
