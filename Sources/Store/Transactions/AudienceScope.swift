import Core
import Programmes

/// An audience as statements need it.
enum AudienceScope {
    /// Guardians, of whom only those who fit when the filter narrows.
    case lifeSkillsClass(ClassID, Filter)
    case place(Filter)

    /// Memberships below an organisation, or all of them.
    struct Filter {
        let from: String
        let to: String
        private let roles: [String]
        private let schoolClass: String?
        /// Names no place: everybody fits, with a membership or without.
        private let isAnywhere: Bool

        init(_ audience: Audience, from: String, to: String) {
            self.from = from
            self.to = to
            isAnywhere = audience.organisation == nil && audience.schoolClass == nil
            // Guardians are asked for as guardians.
            roles = audience.lifeSkillsClass == nil ? audience.roles : []
            schoolClass = audience.schoolClass.map { Membership.normalised(schoolClass: $0) ?? $0 }
        }

        func preview(now: Instant) -> KeyValuePairs<String, SQLValue> {
            [
                "now": .time(now), "from": .text(from), "to": .text(to), "anyRole": .bool(roles.isEmpty), "role0": role(0),
                "role1": role(1), "role2": role(2), "role3": role(3), "anyClass": .bool(schoolClass == nil),
                "class": .text(schoolClass ?? ""),
            ]
        }

        func preview(of course: ClassID, now: Instant) -> KeyValuePairs<String, SQLValue> {
            [
                "now": .time(now), "course": .id(course), "anywhere": .bool(isAnywhere), "from": .text(from), "to": .text(to),
                "anyRole": .bool(roles.isEmpty), "role0": role(0), "role1": role(1), "role2": role(2), "role3": role(3),
                "anyClass": .bool(schoolClass == nil), "class": .text(schoolClass ?? ""),
            ]
        }

        func page(of course: ClassID, after person: String, limit: Int, now: Instant) -> KeyValuePairs<String, SQLValue> {
            [
                "now": .time(now), "after": .text(person), "course": .id(course), "anywhere": .bool(isAnywhere), "from": .text(from),
                "to": .text(to), "anyRole": .bool(roles.isEmpty), "role0": role(0), "role1": role(1), "role2": role(2),
                "role3": role(3), "anyClass": .bool(schoolClass == nil), "class": .text(schoolClass ?? ""), "limit": .int(limit),
            ]
        }

        func page(of organisation: String, after person: String, limit: Int, now: Instant) -> KeyValuePairs<String, SQLValue> {
            [
                "now": .time(now), "organisation": .text(organisation), "after": .text(person), "anyRole": .bool(roles.isEmpty),
                "role0": role(0), "role1": role(1), "role2": role(2), "role3": role(3), "anyClass": .bool(schoolClass == nil),
                "class": .text(schoolClass ?? ""), "limit": .int(limit),
            ]
        }

        /// Of the four that there are; an audience that names only others has nobody in it.
        private func role(_ index: Int) -> SQLValue {
            let role = Membership.roles[index]
            return .text(roles.contains(role) ? role : "")
        }
    }

    /// - Throws: ``StoreError/missing(_:)`` when the organisation or the class is unknown.
    init(_ audience: Audience, in transaction: ReadTransaction) throws {
        var filter = Filter(audience, from: "", to: OrganisationTree.endOfAll)
        if let root = audience.organisation {
            guard let range = try transaction.subtree(of: root) else { throw StoreError.missing("organisation") }
            filter = Filter(audience, from: range.from, to: range.to)
        }
        guard let id = audience.lifeSkillsClass else {
            self = .place(filter)
            return
        }
        guard try transaction.listing(id) != nil else { throw StoreError.missing("class") }
        self = .lifeSkillsClass(id, filter)
    }
}
