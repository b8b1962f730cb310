/// The languages that people are answered in; more only need files under `intents/`.
package struct Language: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package static let vietnamese = Language(rawValue: "vi")
    package static let english = Language(rawValue: "en")
}

/// What `Understanding` found in one text: contract `nhipcau understand`.
package struct Reading: Sendable, Equatable {
    package var text: String
    package var language: Language
    /// All intents, best first; confidences sum to at most 1.
    package var ranking: [RankedIntent]
    package var certainty: Certainty
    package var entities: [Entity]
    package var triage: Triage

    package init(
        text: String, language: Language, ranking: [RankedIntent], certainty: Certainty, entities: [Entity],
        triage: Triage
    ) {
        self.text = text
        self.language = language
        self.ranking = ranking
        self.certainty = certainty
        self.entities = entities
        self.triage = triage
    }

    /// The accepted intent; nil when the text is out of scope.
    package var intent: RankedIntent? { certainty == .outOfScope ? nil : ranking.first }

    /// The part of the service that the text belongs to.
    package var area: Area {
        if triage.level >= .s3 || triage.ask { return .reports }
        return intent.map { Area(intent: $0.name) } ?? .none
    }
}

/// How far the best intent may be trusted.
package enum Certainty: String, Sendable {
    /// Act on it.
    case sure
    /// Offer the best two or three as choices.
    case unsure
    /// Nothing fits.
    case outOfScope
}

package struct RankedIntent: Sendable, Equatable {
    /// `area.what`, as in `intents/`.
    package var name: String
    /// 0…1.
    package var confidence: Double

    package init(name: String, confidence: Double) {
        self.name = name
        self.confidence = confidence
    }
}

package enum Area: String, Sendable, CaseIterable {
    case classes, reports, broadcasts, learning, common, none

    /// The folder of an intent, read off its name's first part; `common` for any other.
    package init(intent name: String) {
        let prefix = name.prefix { $0 != "." }
        self = Area(rawValue: String(prefix)).flatMap { $0 == .none ? nil : $0 } ?? .common
    }
}

/// A piece of meaning with its place in the text. Offsets count Unicode scalars; `end` is exclusive.
package struct Entity: Sendable, Equatable {
    package var value: Value
    package var start: Int
    package var end: Int
    package var text: String

    package init(value: Value, start: Int, end: Int, text: String) {
        self.value = value
        self.start = start
        self.end = end
        self.text = text
    }

    /// Alternatives of one span stand side by side as separate entities, best first.
    package enum Value: Sendable, Equatable {
        case time(TimeSpan)
        case duration(seconds: Int)
        case grade(Grade)
        case age(years: Int)
        case count(Int)
        /// In đồng.
        case money(Int)
        /// E.164, for example `+84912345678`.
        case phone(String)
        case topic(id: String, name: String)
        /// `former` is the older unit's name when that was what the person wrote.
        case commune(code: String, name: String, former: String?)
        case school(name: String)
        case receipt(String)
        /// An annotated or looked-up entity of the author's own.
        case custom(entity: String, value: String)
    }

    /// The contract's word for the kind of entity.
    package var name: String {
        switch value {
        case .time: "time"
        case .duration: "duration"
        case .grade: "grade"
        case .age: "age"
        case .count: "count"
        case .money: "money"
        case .phone: "phone"
        case .topic: "topic"
        case .commune: "commune"
        case .school: "school"
        case .receipt: "receipt"
        case .custom(let entity, _): entity
        }
    }
}

/// A stretch of time; `to` is exclusive. A nil end is open.
package struct TimeSpan: Sendable, Equatable, Codable {
    package enum Grain: String, Sendable, Codable { case minute, hour, day, week, month, quarter, year }

    package var from: Instant?
    package var to: Instant?
    package var grain: Grain

    package init(from: Instant?, to: Instant?, grain: Grain) {
        self.from = from
        self.to = to
        self.grain = grain
    }
}

/// A school year: 1…12, or kindergarten, with the class's suffix if there was one ("6A2" → 6, "A2").
package struct Grade: Sendable, Equatable, Codable, Hashable {
    /// 0 stands for kindergarten ("mầm non").
    package var number: Int
    package var suffix: String?

    package init(number: Int, suffix: String? = nil) {
        self.number = number
        self.suffix = suffix
    }

    package static let kindergarten = Grade(number: 0)
}

/// The proposed urgency of a text. People confirm it; only people lower it.
package struct Triage: Sendable, Equatable {
    /// S1 is the most urgent; S0 is not an incident.
    package enum Level: String, Sendable, Codable, CaseIterable, Comparable {
        case s0 = "S0", s4 = "S4", s3 = "S3", s2 = "S2", s1 = "S1"

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
    }

    package struct Reason: Sendable, Equatable {
        package var text: String
        package var start: Int
        package var end: Int
        package var rule: String

        package init(text: String, start: Int, end: Int, rule: String) {
            self.text = text
            self.start = start
            self.end = end
            self.rule = rule
        }
    }

    package var level: Level
    package var categories: [String]
    /// True when one safety question must be asked because the text can be read two ways.
    package var ask: Bool
    package var because: [Reason]

    package init(level: Level = .s0, categories: [String] = [], ask: Bool = false, because: [Reason] = []) {
        self.level = level
        self.categories = categories
        self.ask = ask
        self.because = because
    }
}
