import Core
import Store
import Testing

@testable import Pipeline

@Suite("Dispatch rules")
struct DispatchTests {
    private let account = Dispatch.AccountKey(connection: ConnectionID("zalo"), account: "oa")
    private let now = Instant(milliseconds: 1_000_000)

    private func attempt(
        _ number: Int = 1, lane: Lane = .reply, part: Int = 0, parts: Int = 1, characters: Int = 100
    ) -> Dispatch.Attempt {
        Dispatch.Attempt(
            account: account, lane: lane, number: number, part: part, parts: parts, characters: characters)
    }

    private func conclude(_ attempt: Dispatch.Attempt, _ report: DeliveryReport) -> Dispatch.Conclusion {
        var dispatch = Dispatch()
        var random = SeededRandom(seed: 1)
        return dispatch.conclude(attempt, report, now: now, random: &random)
    }

    private func wait(_ conclusion: Dispatch.Conclusion) throws -> Duration {
        guard case .retry(let at, _) = conclusion.settlement else {
            Issue.record("not a retry: \(conclusion)")
            return .zero
        }
        return at.since(now)
    }

    @Test("an accepted last part settles the message, an earlier one moves on to the next")
    func accepted() {
        let report = DeliveryReport(.accepted, externalID: "m1")
        #expect(conclude(attempt(), report).settlement == .accepted(externalID: "m1"))
        #expect(conclude(attempt(part: 0, parts: 2), report).settlement == .part(next: 1, externalID: "m1"))
        #expect(conclude(attempt(part: 1, parts: 2), report).settlement == .accepted(externalID: "m1"))
    }

    @Test(
        "what cannot succeed by repetition becomes a dead letter with its reason",
        arguments: [DeliveryOutcome.windowClosed, .templateMissing, .rejected, .recipientUnavailable, .contactStopped])
    func dead(outcome: DeliveryOutcome) {
        let conclusion = conclude(attempt(), DeliveryReport(outcome, code: "-230"))
        #expect(conclusion.settlement == .dead(code: "\(outcome.rawValue):-230"))
        #expect(conclusion.effects == (outcome == .contactStopped ? [.stopContact] : []))
    }

    @Test("the first retries of a reply come within seconds")
    func quickRetries() throws {
        for number in 1...3 {
            #expect(try wait(conclude(attempt(number), DeliveryReport(.transient))) <= .seconds(13))
        }
    }

    @Test("the wait that the platform asks for is obeyed, and the account rests with it")
    func retryAfter() throws {
        let conclusion = conclude(attempt(), DeliveryReport(.throttled, retryAfter: .seconds(40), code: "-32"))
        #expect(try wait(conclusion) >= .seconds(40))
        #expect(conclusion.effects == [.pauseAccount(until: now + .seconds(40), code: "throttled:-32")])
    }

    @Test("every lane ends in a dead letter after its last try")
    func lastTry() {
        for lane in Lane.allCases {
            let last = RetryPolicy.waits(lane).count
            let report = DeliveryReport(.transient)
            if case .retry = conclude(attempt(last, lane: lane), report).settlement {
            } else {
                Issue.record("attempt \(last) of \(lane) was not repeated")
            }
            #expect(conclude(attempt(last + 1, lane: lane), report).settlement == .dead(code: "transient"))
        }
    }

    @Test("an ambiguous time-out is decided per lane: safety and short answers again, long answers not")
    func ambiguous() throws {
        let report = DeliveryReport(.ambiguous)
        #expect(try wait(conclude(attempt(lane: .safety, characters: 5000), report)) >= .zero)
        #expect(try wait(conclude(attempt(characters: 300), report)) >= .seconds(1))
        #expect(conclude(attempt(characters: 301), report).settlement == .ambiguousKept(code: "ambiguous"))
        #expect(conclude(attempt(lane: .bulk, characters: 301), report).settlement == .ambiguousKept(code: "ambiguous"))
    }

    @Test("a token that is no longer good asks for a new one and tries again at once")
    func token() throws {
        let conclusion = conclude(attempt(), DeliveryReport(.tokenInvalid, code: "-216"))
        #expect(conclusion.effects == [.renewToken])
        #expect(try wait(conclusion) <= .seconds(2))
    }

    @Test("a wrong configuration rests the account and raises an alarm; the safety lane keeps trying")
    func paused() throws {
        let report = DeliveryReport(.accountPaused, code: "-224")
        #expect(try wait(conclude(attempt(), report)) == Dispatch.restAfterRefusal)
        #expect(try wait(conclude(attempt(lane: .safety), report)) == .seconds(30))
        #expect(conclude(attempt(), report).effects.contains(.alarm(code: "account_paused:-224")))
    }

    @Test("after five failures in a row the account is spared, and one probe closes it again")
    func breaker() {
        var dispatch = Dispatch()
        var random = SeededRandom(seed: 1)
        for _ in 0..<5 { _ = dispatch.conclude(attempt(), DeliveryReport(.transient), now: now, random: &random) }
        #expect(dispatch.admit(account, lane: .reply, sendsPerSecond: 100, now: now) != nil)
        #expect(dispatch.admit(account, lane: .safety, sendsPerSecond: 100, now: now) == nil)
        let later = now + .seconds(3)
        #expect(dispatch.admit(account, lane: .reply, sendsPerSecond: 100, now: later) == nil)
        #expect(dispatch.admit(account, lane: .reply, sendsPerSecond: 100, now: later) != nil, "only one probe")
        _ = dispatch.conclude(attempt(), DeliveryReport(.accepted), now: later, random: &random)
        #expect(dispatch.admit(account, lane: .reply, sendsPerSecond: 100, now: later) == nil)
    }

    @Test("a failing probe opens the breaker for twice as long, up to a minute")
    func failingProbe() {
        var breaker = CircuitBreaker()
        var time = now
        for _ in 0..<5 { breaker.failed(at: time) }
        var lengths: [Duration] = []
        for _ in 0..<8 {
            guard case .open(let until, let length) = breaker.state else {
                Issue.record("not open")
                return
            }
            lengths.append(length)
            time = until
            #expect(breaker.admit(at: time) == nil)
            breaker.failed(at: time)
        }
        #expect(lengths == [2, 4, 8, 16, 32, 60, 60, 60].map { Duration.seconds($0) })
    }

    @Test("a token bucket never gives more than its rate")
    func bucket() {
        var bucket = TokenBucket(perSecond: 10, burst: 10, at: now)
        var given = 0
        for millisecond in 0..<10_000 where bucket.take(at: now + .milliseconds(millisecond)) == nil { given += 1 }
        #expect((105...110).contains(given), "\(given)")
    }

    @Test("a clock that runs backwards gives nothing and breaks nothing")
    func backwards() {
        var bucket = TokenBucket(perSecond: 1, burst: 1, at: now)
        #expect(bucket.take(at: now) == nil)
        #expect(bucket.take(at: now - .seconds(3600)) != nil)
        #expect(bucket.take(at: Instant(milliseconds: .max)) == nil)
    }
}
