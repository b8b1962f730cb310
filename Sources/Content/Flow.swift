/// What happens when an intent is recognised (`flows.yml`).
package struct Flow: Sendable, Equatable {
    package var intent: String
    /// A name of the handler registry; `answer` only says ``reply``.
    package var handler: String
    /// Who may use it; nil = everybody.
    package var roles: Set<Role>?
    /// The reply key that handler `answer` says.
    package var reply: String?
    /// Asked in this order; only what is missing is asked.
    package var slots: [Slot]
    /// The reply key that reads everything back and asks for yes or no before the handler runs.
    package var confirm: String?
    package var location: SourceLocation

    package init(
        intent: String, handler: String, roles: Set<Role>? = nil, reply: String? = nil, slots: [Slot] = [],
        confirm: String? = nil, location: SourceLocation
    ) {
        self.intent = intent
        self.handler = handler
        self.roles = roles
        self.reply = reply
        self.slots = slots
        self.confirm = confirm
        self.location = location
    }
}

/// One piece of information that a flow needs.
package struct Slot: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case topic, commune, grade, time, phone, count, text
        case personName = "person_name"
        case yesNo = "yes_no"
        /// A class offered in this conversation or named by its code.
        case offer = "class"
        /// One of the person's own enrolments.
        case enrolment
        /// One of the organisations that a member of the staff may write to.
        case organisation
        /// For whom something is: parents, teachers, everybody.
        case audience
    }

    package var name: String
    package var kind: Kind
    /// The reply key that asks for it; nil for a slot that is only filled, never asked.
    package var prompt: String?
    /// The reply key when an answer was not understood; nil = ask again with ``prompt``.
    package var invalid: String?
    /// Kept in the conversation's memory and filled from there.
    package var remember: Bool
    /// "bỏ qua" leaves it empty.
    package var skippable: Bool
    /// Not asked when the named slot has this value.
    package var skipWhen: [String: String]
    /// Longest accepted text, in characters.
    package var limit: Int
    package var location: SourceLocation

    package init(
        name: String, kind: Kind, prompt: String? = nil, invalid: String? = nil, remember: Bool = false,
        skippable: Bool = false, skipWhen: [String: String] = [:], limit: Int = 200, location: SourceLocation
    ) {
        self.name = name
        self.kind = kind
        self.prompt = prompt
        self.invalid = invalid
        self.remember = remember
        self.skippable = skippable
        self.skipWhen = skipWhen
        self.limit = limit
        self.location = location
    }
}

/// Who is speaking. Everything but `parent` is only claimed until linked by a code from staff.
package enum Role: String, Sendable, Codable, CaseIterable {
    case parent, pupil, teacher, staff, admin
}
