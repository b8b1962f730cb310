package import Core

/// Who gets a broadcast: everybody to whom all that is named here applies.
package struct Audience: Sendable, Hashable, Codable {
    /// `parent`, `pupil`, `teacher`, `staff`; empty = all of them.
    package var roles: [String]
    /// This organisation and everything below it.
    package var organisation: OrganisationID?
    /// A school class, as in ``Membership/schoolClass``; nil = all.
    package var schoolClass: String?
    /// The guardians of children in this life-skills class. Roles do not matter then; with an organisation or a school
    /// class named as well, only those guardians who belong there.
    package var lifeSkillsClass: ClassID?

    package init(
        roles: [String] = [], organisation: OrganisationID? = nil, schoolClass: String? = nil,
        lifeSkillsClass: ClassID? = nil
    ) {
        self.roles = roles.sorted()
        self.organisation = organisation
        self.schoolClass = schoolClass
        self.lifeSkillsClass = lifeSkillsClass
    }
}

/// Who would be reached, counted before anything is sent.
package struct AudiencePreview: Sendable, Equatable, Codable {
    /// Why somebody cannot be reached, or how they can.
    package enum Reach: String, Sendable, Codable, CaseIterable, Comparable {
        /// Free text may be sent now.
        case reachable
        /// The platform lets only approved templates through by now.
        case windowClosed = "window_closed"
        case optedOut = "opted_out"
        /// The person has left the channel, or its connection is not configured.
        case gone

        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    package struct Row: Sendable, Equatable, Codable {
        package var channel: ChannelKind
        package var reach: Reach
        package var people: Int

        package init(channel: ChannelKind, reach: Reach, people: Int) {
            self.channel = channel
            self.reach = reach
            self.people = people
        }
    }

    /// Sorted by channel, then reach; no row with zero people.
    package var rows: [Row]

    package init(rows: [Row]) { self.rows = rows }

    package var total: Int { rows.reduce(0) { $0.addingSaturating($1.people) } }
    package var reachable: Int { rows.filter { $0.reach == .reachable }.reduce(0) { $0.addingSaturating($1.people) } }
}

/// A message to many people.
package struct Broadcast: Sendable, Equatable, Identifiable {
    package enum Status: String, Sendable, Codable, CaseIterable {
        /// Recipients are being written down.
        case planning
        case sending
        case paused
        /// Everybody has an outcome.
        case done
        case cancelled
    }

    package var id: BroadcastID
    /// What people call it: `TB-7K4M-92QX`.
    package var number: String
    package var audience: Audience
    package var text: String
    /// Who sends it; nil = from the command line of the machine.
    package var author: StaffID?
    package var status: Status
    package var createdAt: Instant
    /// Nothing is sent after this.
    package var expiresAt: Instant

    package init(
        id: BroadcastID, number: String, audience: Audience, text: String, author: StaffID?, status: Status = .planning,
        createdAt: Instant, expiresAt: Instant
    ) {
        self.id = id
        self.number = number
        self.audience = audience
        self.text = text
        self.author = author
        self.status = status
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// What somebody does to a running broadcast.
package enum BroadcastCommand: String, Sendable, Codable { case pause, resume, cancel }

/// How far a broadcast has come.
package struct BroadcastProgress: Sendable, Equatable, Codable {
    package enum Outcome: String, Sendable, Codable, CaseIterable, Comparable {
        /// Written down, not yet in the outbox.
        case planned
        /// In the outbox.
        case queued
        case sent, delivered, read
        case failed
        /// Passed over: opted out, out of the platform's window, gone.
        case skipped
        case cancelled

        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    package struct Row: Sendable, Equatable, Codable {
        package var outcome: Outcome
        /// The reason of a failure or of passing over; empty otherwise.
        package var reason: String
        package var people: Int

        package init(outcome: Outcome, reason: String = "", people: Int) {
            self.outcome = outcome
            self.reason = reason
            self.people = people
        }
    }

    package var rows: [Row]

    package init(rows: [Row]) { self.rows = rows }

    package var total: Int { rows.reduce(0) { $0.addingSaturating($1.people) } }
    /// Recipients who have no outcome yet.
    package var open: Int {
        rows.filter { $0.outcome == .planned || $0.outcome == .queued }.reduce(0) { $0.addingSaturating($1.people) }
    }
}
