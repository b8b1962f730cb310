/// What a reporter is asked, in this order. Every question may be passed over, corrected, or left in the middle.
///
/// - Source: the order (safety before paperwork, then only what is needed to know whether, who and when) follows common
///   practice of receiving a child's disclosure: open questions, no "why", nothing leading, no proof, no names of witnesses.
package enum IntakeQuestion: String, Sendable, Codable, CaseIterable {
    /// Whether they are safe at this moment.
    case safeNow = "safe_now"
    /// Whether somebody is hurt, a weapon is there, or somebody wants to harm themselves.
    case harm
    /// What happened, in their own words.
    case story
    /// When it happened, and whether it goes on.
    case when
    /// The kind of place.
    case place
    /// Which school and commune.
    case school
    /// Whether the reporter or somebody else is hurt.
    case victim
    /// How old, by band only.
    case age
    /// Who did it, by category only.
    case accused
    /// Whether they meet again tonight.
    case tonight
    /// Who knows already, and whether a doctor is needed.
    case known
    /// What would help first.
    case help
    /// How and when they can be reached safely, if they want that.
    case contact
    /// What the school has done.
    case schoolActions = "school_actions"

    /// The choices as codes, in the order shown; empty where only the reporter's own words are an answer.
    package func options(for voice: IntakeVoice) -> [String] {
        switch self {
        case .safeNow: ["safe", "not_safe", Self.unknown]
        case .harm: ["hurt", "weapon", "self_harm", Self.none, Self.unknown]
        case .story, .school, .contact: []
        case .when: ["now", "today", "this_week", "longer", "once", "many"]
        case .place: ["classroom", "yard", "toilet", "gate", "road", "online", "home", "life_skills", "other"]
        case .victim:
            switch voice {
            case .pupil, .bystander: ["self", "other"]
            case .parent: ["own_child", "self", "other"]
            case .teacher: ["own_pupil", "self", "other"]
            }
        case .age: ["under_7", "7_10", "11_15", "16_17", "18_up"]
        case .accused: CaseFacts.Accused.allCases.map(\.rawValue)
        case .tonight: ["yes", "no", Self.unknown]
        case .known: ["family", "school", "authorities", "line_111", Self.none, "doctor"]
        case .help: ["safety", "talk", "medical", "stop"]
        case .schoolActions: ["assessed", "medical", "family", "authorities", Self.none]
        }
    }

    /// Whether several choices may be true together.
    package var isMultiple: Bool {
        switch self {
        case .harm, .when, .known, .help, .schoolActions: true
        default: false
        }
    }

    /// Whether words that are none of the choices are an answer all the same.
    package var takesWords: Bool {
        switch self {
        case .story, .place, .school, .known, .help, .contact, .schoolActions: true
        case .safeNow, .harm, .when, .victim, .age, .accused, .tonight: false
        }
    }

    /// A choice that excludes all others of its question.
    package static let none = "none"
    /// "I do not know": an answer like any other.
    package static let unknown = "unknown"
    /// What is written down when a question was passed over.
    package static let skipped = "skipped"

    /// The choices that hold together: "nobody is hurt" and "there is a knife" do not, and then the graver one counts.
    package static func consistent(_ codes: [String]) -> [String] {
        let graver = codes.filter { $0 != none && $0 != unknown }
        return graver.isEmpty ? Array(codes.prefix(1)) : graver
    }
}

/// From where a reporter speaks; decides which questions are asked and how.
package enum IntakeVoice: String, Sendable, Codable, CaseIterable {
    case pupil, parent, teacher
    /// Somebody who saw or heard of it.
    case bystander
}
