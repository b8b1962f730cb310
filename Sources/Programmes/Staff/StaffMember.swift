package import Core

/// What a member of the staff may do.
package enum StaffRole: String, Sendable, Codable, CaseIterable, Comparable {
    /// Belongs to the team that answers reports.
    case safeguarding
    /// May send broadcasts to the people of their organisation.
    case sender
    /// Adds and disables people, sees what the program does; opens no report.
    case administrator

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// One person of the staff.
package struct StaffMember: Sendable, Equatable, Codable, Identifiable {
    package var id: StaffID
    /// What they sign in with: lower-case letters, digits, dots and hyphens.
    package var login: String
    package var name: String
    package var roles: Set<StaffRole>
    /// What they are responsible for: this organisation and everything below it.
    package var organisation: OrganisationID
    package var isActive: Bool
    /// The chat they linked with a code; nil until then.
    package var conversation: ConversationID?
    package var email: String?
    package var createdAt: Instant

    package init(
        id: StaffID, login: String, name: String, roles: Set<StaffRole>, organisation: OrganisationID,
        isActive: Bool = true, conversation: ConversationID? = nil, email: String? = nil, createdAt: Instant
    ) {
        self.id = id
        self.login = login
        self.name = name
        self.roles = roles
        self.organisation = organisation
        self.isActive = isActive
        self.conversation = conversation
        self.email = email
        self.createdAt = createdAt
    }
}

/// A province, commune, school, centre or association; a tree.
package struct Organisation: Sendable, Equatable, Codable, Identifiable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case province, commune, school, centre, association
    }

    package var id: OrganisationID
    /// Short and unique, as people write it in sheets: `TH`, `X14758`, `THCS-LTK`.
    package var code: String
    package var name: String
    package var kind: Kind
    package var parent: OrganisationID?
    /// Code of the commune in which it lies; nil for a province.
    package var commune: String?

    package init(
        id: OrganisationID, code: String, name: String, kind: Kind, parent: OrganisationID? = nil,
        commune: String? = nil
    ) {
        self.id = id
        self.code = code
        self.name = name
        self.kind = kind
        self.parent = parent
        self.commune = commune
    }
}

/// Somebody who can be written to, and what they are to an organisation.
package struct Membership: Sendable, Hashable, Codable {
    package var conversation: ConversationID
    package var organisation: OrganisationID
    /// `parent`, `pupil`, `teacher`, `staff`.
    package var role: String
    /// The school class ("6A"), folded to upper case; empty where there is none.
    package var schoolClass: String

    package init(conversation: ConversationID, organisation: OrganisationID, role: String, schoolClass: String = "") {
        self.conversation = conversation
        self.organisation = organisation
        self.role = role
        self.schoolClass = schoolClass
    }
}

/// What a one-time code gives to the chat that enters it.
package struct LinkOffer: Sendable, Equatable {
    package var staff: StaffID
    package var name: String
    package var roles: Set<StaffRole>
    package var organisationName: String

    package init(staff: StaffID, name: String, roles: Set<StaffRole>, organisationName: String) {
        self.staff = staff
        self.name = name
        self.roles = roles
        self.organisationName = organisationName
    }
}
