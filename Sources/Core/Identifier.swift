/// A text identifier that cannot be mistaken for another kind of identifier.
///
/// `Tag` is never instantiated; it only tells the kinds apart. Identifiers made by us are
/// time-ordered (``IdentifierSource``); those that came from a platform are opaque.
package struct Identifier<Tag>: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

package enum ConnectionTag {}
package enum ConversationTag {}
package enum EventTag {}
package enum MessageTag {}
package enum ClassTag {}
package enum EnrolmentTag {}
package enum DeskItemTag {}
package enum CaseTag {}
package enum StaffTag {}
package enum OrganisationTag {}
package enum BroadcastTag {}

/// One app registration on a platform, named in the configuration (`connections[].id`).
package typealias ConnectionID = Identifier<ConnectionTag>
/// One person on one account of one connection.
package typealias ConversationID = Identifier<ConversationTag>
/// One stored incoming event.
package typealias EventID = Identifier<EventTag>
/// One row of the outbox.
package typealias MessageID = Identifier<MessageTag>
/// One life-skills class.
package typealias ClassID = Identifier<ClassTag>
/// One child's place in a class, or on its waiting list.
package typealias EnrolmentID = Identifier<EnrolmentTag>
/// One thing handed to a person at a desk.
package typealias DeskItemID = Identifier<DeskItemTag>
/// One report of violence with everything that was added to it.
package typealias CaseID = Identifier<CaseTag>
/// One person of the staff, with a key of their own.
package typealias StaffID = Identifier<StaffTag>
/// A province, commune, school, centre or association.
package typealias OrganisationID = Identifier<OrganisationTag>
/// One message to many people.
package typealias BroadcastID = Identifier<BroadcastTag>
