import Channels
package import Core
package import Store

/// The rules of sending, as a state machine: it is told what happened and says what to do. Performs nothing.
///
/// One per process. Accounts that are paused for everybody (by a platform or by staff) stand in the store;
/// here is what only this process needs to know: rates and recent failures.
package struct Dispatch: Sendable {
    /// One account on one connection.
    package struct AccountKey: Hashable, Sendable {
        package var connection: ConnectionID
        package var account: String

        package init(connection: ConnectionID, account: String) {
            self.connection = connection
            self.account = account
        }
    }

    /// What one attempt was.
    package struct Attempt: Sendable {
        package var account: AccountKey
        /// Who was to get it.
        package var person: String
        package var lane: Lane
        /// From 1, this one included.
        package var number: Int
        package var part: Int
        package var parts: Int
        /// Length of the whole message's text.
        package var characters: Int

        package init(
            account: AccountKey, person: String = "", lane: Lane, number: Int, part: Int, parts: Int, characters: Int
        ) {
            self.account = account
            self.person = person
            self.lane = lane
            self.number = number
            self.part = part
            self.parts = parts
            self.characters = characters
        }
    }

    /// What follows from an attempt.
    package struct Conclusion: Sendable, Equatable {
        package var settlement: Settlement
        package var effects: [Effect] = []
    }

    package enum Effect: Sendable, Equatable {
        /// Nobody may send on this account before then; the safety lane does not ask.
        case pauseAccount(until: Instant, code: String)
        /// The person's side refuses messages: no more broadcasts or reminders.
        case stopContact
        /// The access token that was used is no longer good.
        case renewToken
        /// Somebody at the school has to look at this account.
        case alarm(code: String)
    }

    /// Replies up to here are sent again when nobody can know whether they arrived; longer ones are not.
    static let shortEnoughToRepeat = 300
    /// How long an account rests whose configuration or permission is wrong, before it is tried again.
    static let restAfterRefusal = Duration.seconds(15 * 60)

    /// So many people told to wait at once are no longer each one's own doing: the account has to rest.
    static let crowd = 5

    private var buckets: [AccountKey: TokenBucket] = [:]
    private var breakers: [AccountKey: CircuitBreaker] = [:]
    private var people = PersonalPace()
    private var throttledPeople: [AccountKey: [String: Instant]] = [:]

    package init() {}

    /// Whether a send may start now; nil = yes, else how long to wait before asking again.
    ///
    /// - Parameters:
    ///   - sendsPerSecond: what the account may send.
    ///   - person: whom it is for, and how much one person may be sent; nil where the platform does not mind.
    ///   - processes: so many send for the account; each takes its part of what the account and the person may be sent.
    package mutating func admit(
        _ account: AccountKey, lane: Lane, sendsPerSecond: Double, person: (id: String, perSecond: Double)? = nil, processes: Int = 1,
        now: Instant
    ) -> Duration? {
        let part = 1 / Double(max(1, processes))
        let rate = sendsPerSecond * part
        if lane != .safety, let wait = breakers[account, default: CircuitBreaker()].admit(at: now) { return wait }
        let fresh = TokenBucket(perSecond: rate, burst: rate, at: now)
        buckets[account]?.change(perSecond: rate, burst: rate, at: now)
        if let person, let wait = people.take(account, person.id, perSecond: person.perSecond * part, at: now), lane != .safety {
            breakers[account]?.neutral(at: now)
            return wait
        }
        if let wait = buckets[account, default: fresh].take(at: now), lane != .safety {
            // What the account refuses must not be used up for the person.
            if let person { people.giveBack(account, person.id) }
            breakers[account]?.neutral(at: now)
            return wait
        }
        return nil
    }

    /// Reads the outcome of one attempt.
    package mutating func conclude(
        _ attempt: Attempt, _ report: DeliveryReport, now: Instant, random: inout some RandomSource
    ) -> Conclusion {
        noteHealth(attempt.account, report.outcome, now: now)
        let code = (report.reason ?? report.code).map { "\(report.outcome.rawValue):\($0)" } ?? report.outcome.rawValue
        switch report.outcome {
        case .accepted:
            let isLast = attempt.part + 1 >= attempt.parts
            let id = report.receiptID ?? report.externalID
            return Conclusion(settlement: isLast ? .accepted(externalID: id) : .part(next: attempt.part + 1, externalID: id))
        case .windowClosed, .templateMissing, .rejected, .recipientUnavailable:
            return Conclusion(settlement: .dead(code: code))
        case .contactStopped:
            return Conclusion(settlement: .dead(code: code), effects: [.stopContact])
        case .throttled where !report.mayConcernOnePerson:
            let wait = report.retryAfter ?? RetryPolicy.jittered(.seconds(5), random: &random)
            return Conclusion(
                settlement: later(attempt, code, atLeast: wait, now: now, random: &random),
                effects: [.pauseAccount(until: now + wait, code: code)])
        case .throttled, .throttledRecipient:
            // Where the platform names the time it is exactly that, and like any waiting it uses up no attempt.
            let settlement: Settlement =
                report.retryAfter.map { .postpone(until: now + $0) }
                ?? later(attempt, code, atLeast: .seconds(6), now: now, random: &random)
            let rest = noteThrottled(attempt, until: now + (report.retryAfter ?? .seconds(6)), now: now)
            return Conclusion(settlement: settlement, effects: rest.map { [.pauseAccount(until: $0, code: code)] } ?? [])
        case .tokenInvalid:
            return Conclusion(
                settlement: later(attempt, code, atLeast: .zero, now: now, random: &random), effects: [.renewToken])
        case .accountPaused:
            // Not the message's fault: it waits with the account, and its attempts are not used up.
            let until = now + Self.restAfterRefusal
            return Conclusion(
                settlement: .retry(at: attempt.lane == .safety ? now + .seconds(30) : until, code: code),
                effects: [.pauseAccount(until: until, code: code), .alarm(code: code)])
        case .transient:
            return Conclusion(
                settlement: later(attempt, code, atLeast: report.retryAfter ?? .zero, now: now, random: &random))
        case .ambiguous:
            let mayRepeat = attempt.lane == .safety || attempt.characters <= Self.shortEnoughToRepeat
            return Conclusion(
                settlement: mayRepeat
                    ? later(attempt, code, atLeast: .seconds(2), now: now, random: &random) : .ambiguousKept(code: code))
        }
    }

    /// An attempt that never happened (shutdown, no token).
    package mutating func abandoned(_ account: AccountKey, now: Instant) { breakers[account]?.neutral(at: now) }

    private func later(
        _ attempt: Attempt, _ code: String, atLeast: Duration, now: Instant, random: inout some RandomSource
    ) -> Settlement {
        guard let wait = RetryPolicy.wait(lane: attempt.lane, attempt: attempt.number, random: &random) else {
            return .dead(code: code)
        }
        return .retry(at: now + max(wait, atLeast), code: code)
    }

    /// When the whole account has to wait; nil while only single people have to.
    private mutating func noteThrottled(_ attempt: Attempt, until: Instant, now: Instant) -> Instant? {
        var waiting = throttledPeople[attempt.account, default: [:]].filter { $0.value > now }
        waiting[attempt.person] = until
        throttledPeople[attempt.account] = waiting
        return waiting.count >= Self.crowd ? until : nil
    }

    private mutating func noteHealth(_ account: AccountKey, _ outcome: DeliveryOutcome, now: Instant) {
        switch outcome {
        case .transient, .ambiguous: breakers[account, default: CircuitBreaker()].failed(at: now)
        case .accepted: breakers[account] = nil
        case .windowClosed, .throttled, .throttledRecipient, .tokenInvalid, .contactStopped, .recipientUnavailable,
            .accountPaused, .templateMissing, .rejected:
            breakers[account]?.neutral(at: now)
        }
    }
}
