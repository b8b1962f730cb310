package import Core

/// One life-skills class as parents see it.
package struct ClassOffer: Sendable, Equatable, Codable, Identifiable {
    /// One meeting of the class.
    package struct Session: Sendable, Equatable, Codable {
        package var start: Instant
        package var end: Instant

        package init(start: Instant, end: Instant) {
            self.start = start
            self.end = end
        }
    }

    package var id: ClassID
    /// Short code that people can type, for example `KNS-12`; unique.
    package var code: String
    package var title: String
    /// Key of `intents/lookups/topics.yml`.
    package var topic: String
    /// Five-digit code of the commune.
    package var commune: String
    package var venue: String
    /// In order of time; never empty for an open class.
    package var sessions: [Session]
    /// Youngest and oldest school year admitted; 0 is kindergarten, 12 the last year.
    package var grades: ClosedRange<Int>
    package var capacity: Int
    /// In đồng; 0 is free of charge.
    package var fee: Int
    package var organiser: String
    package var instructor: String
    /// Who answers for the children's safety there; required by the law on educational settings.
    package var safeguardingContact: String
    /// Licence or registration; nil shows as "chưa xác minh".
    package var licence: String?
    /// Last moment to enrol.
    package var registrationCloses: Instant
    package var isCancelled: Bool
    /// Made up for demonstrations; every listing says so.
    package var isDemo: Bool

    package init(
        id: ClassID, code: String, title: String, topic: String, commune: String, venue: String, sessions: [Session],
        grades: ClosedRange<Int>, capacity: Int, fee: Int, organiser: String, instructor: String,
        safeguardingContact: String, licence: String?, registrationCloses: Instant, isCancelled: Bool = false,
        isDemo: Bool = false
    ) {
        self.id = id
        self.code = code
        self.title = title
        self.topic = topic
        self.commune = commune
        self.venue = venue
        self.sessions = sessions
        self.grades = grades
        self.capacity = capacity
        self.fee = fee
        self.organiser = organiser
        self.instructor = instructor
        self.safeguardingContact = safeguardingContact
        self.licence = licence
        self.registrationCloses = registrationCloses
        self.isCancelled = isCancelled
        self.isDemo = isDemo
    }

    /// The first session's start; nil for a class without sessions.
    package var firstStart: Instant? { sessions.first?.start }

    /// Whether enrolment is possible at `now`, seats aside.
    package func isOpen(at now: Instant) -> Bool { !isCancelled && now < registrationCloses }
}

/// A class together with how full it is, as read in one transaction.
package struct ClassListing: Sendable, Equatable {
    package var offer: ClassOffer
    package var seatsTaken: Int
    package var waiting: Int

    package init(offer: ClassOffer, seatsTaken: Int, waiting: Int) {
        self.offer = offer
        self.seatsTaken = seatsTaken
        self.waiting = waiting
    }

    package var seatsLeft: Int { max(0, offer.capacity.subtractingSaturating(seatsTaken)) }
    package var isFull: Bool { seatsLeft == 0 }
}

/// What a person is looking for. Nil parts do not narrow.
package struct ClassQuery: Sendable, Equatable {
    package var topic: String?
    package var commune: String?
    /// At least one session must start within it.
    package var during: TimeSpan?
    package var grade: Int?
    /// Only classes whose registration is open then, soonest first.
    package var openAt: Instant
    package var limit: Int

    package init(
        topic: String? = nil, commune: String? = nil, during: TimeSpan? = nil, grade: Int? = nil, openAt: Instant,
        limit: Int = 5
    ) {
        self.topic = topic
        self.commune = commune
        self.during = during
        self.grade = grade
        self.openAt = openAt
        self.limit = limit
    }

    /// The rule itself, used by every implementer of ``Records`` so that they agree.
    package func matches(_ offer: ClassOffer) -> Bool {
        if let topic, offer.topic != topic { return false }
        if let commune, offer.commune != commune { return false }
        if let grade, !offer.grades.contains(grade) { return false }
        guard offer.isOpen(at: openAt) else { return false }
        guard let during else { return true }
        return offer.sessions.contains { session in
            (during.from.map { session.start >= $0 } ?? true) && (during.to.map { session.start < $0 } ?? true)
        }
    }
}
