package import Core

/// One child's place in a class.
package struct Enrolment: Sendable, Equatable, Codable, Identifiable {
    package enum Status: String, Sendable, Codable {
        case enrolled, waiting, cancelled
    }

    package var id: EnrolmentID
    package var classID: ClassID
    /// The conversation of the adult who enrolled the child and is told about changes.
    package var guardian: ConversationID
    package var childName: String
    package var grade: Grade
    package var status: Status
    package var createdAt: Instant

    package init(
        id: EnrolmentID, classID: ClassID, guardian: ConversationID, childName: String, grade: Grade, status: Status,
        createdAt: Instant
    ) {
        self.id = id
        self.classID = classID
        self.guardian = guardian
        self.childName = childName
        self.grade = grade
        self.status = status
        self.createdAt = createdAt
    }
}

/// Something handed to a person at a desk: "gặp người thật", an absence note.
package struct DeskItem: Sendable, Equatable, Codable, Identifiable {
    package enum Kind: String, Sendable, Codable {
        /// A person asks for a person.
        case human
        /// A child stays at home.
        case absence
    }

    package var id: DeskItemID
    package var kind: Kind
    package var conversation: ConversationID
    /// What the desk needs to know, by slot name ("child", "class", "date", "reason"). Personal: encrypted at rest.
    package var details: [String: String]
    package var createdAt: Instant

    package init(id: DeskItemID, kind: Kind, conversation: ConversationID, details: [String: String], createdAt: Instant) {
        self.id = id
        self.kind = kind
        self.conversation = conversation
        self.details = details
        self.createdAt = createdAt
    }
}
