import Core
import Store
import Testing

@testable import Pipeline

@Suite("Pacing and waiting by person")
struct PaceTests {
    private let account = Dispatch.AccountKey(connection: ConnectionID("telegram"), account: "7")
    private let now = Instant(milliseconds: 1_000_000)
    private let wait = DeliveryReport(.throttledRecipient, retryAfter: .seconds(7), code: "429")

    private func attempt(_ person: String, number: Int = 1) -> Dispatch.Attempt {
        Dispatch.Attempt(account: account, person: person, lane: .reply, number: number, part: 0, parts: 1, characters: 10)
    }

    @Test("a person who has to wait waits exactly so long, as often as the platform says so, and nobody else does")
    func exactly() {
        var dispatch = Dispatch()
        var random = SeededRandom(seed: 1)
        for number in 1...50 {
            let conclusion = dispatch.conclude(attempt("a", number: number), wait, now: now, random: &random)
            #expect(conclusion.settlement == .postpone(until: now + .seconds(7)))
            #expect(conclusion.effects.isEmpty)
        }
        let unnamed = dispatch.conclude(
            attempt("a"), DeliveryReport(.throttledRecipient, code: "131056"), now: now, random: &random)
        guard case .retry(let at, _) = unnamed.settlement else { return #expect(Bool(false)) }
        #expect(at >= now + .seconds(6))
    }

    @Test("when many people have to wait at the same time the account does")
    func crowd() {
        var dispatch = Dispatch()
        var random = SeededRandom(seed: 1)
        for person in 1..<Dispatch.crowd {
            #expect(dispatch.conclude(attempt("\(person)"), wait, now: now, random: &random).effects.isEmpty)
        }
        let last = dispatch.conclude(attempt("last"), wait, now: now, random: &random)
        #expect(last.effects == [.pauseAccount(until: now + .seconds(7), code: "throttled_recipient:429")])
        // Their time is over: the next one waits alone.
        let later = now + .seconds(8)
        #expect(dispatch.conclude(attempt("new"), wait, now: later, random: &random).effects.isEmpty)
    }

    @Test("several processes share what an account may send, also when one of them comes or goes")
    func shared() {
        var dispatch = Dispatch()
        func sent(by processes: Int, at moment: Instant) -> Int {
            (0..<100).count { _ in dispatch.admit(account, lane: .bulk, sendsPerSecond: 30, processes: processes, now: moment) == nil }
        }
        #expect(sent(by: 3, at: now) == 10)
        #expect(sent(by: 3, at: now + .seconds(1)) == 10)
        // Two have gone: nothing that was sent is given back.
        #expect(sent(by: 1, at: now + .seconds(1)) == 0)
        #expect(sent(by: 1, at: now + .seconds(2)) == 30)
        // One has come: what was left for one is not left for both.
        #expect(sent(by: 2, at: now + .seconds(9)) == 15)
        // The safety lane is counted and never held.
        #expect(dispatch.admit(account, lane: .safety, sendsPerSecond: 30, processes: 2, now: now + .seconds(9)) == nil)
    }

    @Test("a burst to one person passes, then about one a second; others are not held")
    func burst() {
        var dispatch = Dispatch()
        func admit(_ person: String, _ lane: Lane = .reply, at moment: Instant) -> Duration? {
            dispatch.admit(account, lane: lane, sendsPerSecond: 30, person: (person, 1), now: moment)
        }
        for _ in 0..<5 { #expect(admit("a", at: now) == nil) }
        #expect(admit("a", at: now) == .seconds(1))
        #expect(admit("b", at: now) == nil)
        #expect(admit("a", .safety, at: now) == nil, "safety does not wait")
        #expect(admit("a", at: now + .seconds(2)) == nil)
    }

    @Test("what the account refuses is not used up for the person")
    func giveBack() {
        var dispatch = Dispatch()
        var sent = 0
        for person in 0..<3 where dispatch.admit(account, lane: .bulk, sendsPerSecond: 3, person: ("\(person)", 1), now: now) == nil {
            sent += 1
        }
        #expect(sent == 3)
        for _ in 0..<20 { #expect(dispatch.admit(account, lane: .bulk, sendsPerSecond: 3, person: ("x", 0.001), now: now) != nil) }
        var moment = now
        for _ in 0..<5 {
            moment = moment + .seconds(1)
            #expect(dispatch.admit(account, lane: .bulk, sendsPerSecond: 3, person: ("x", 0.001), now: moment) == nil)
        }
    }

    @Test("a bulk of thousands never passes thirty a second after its first burst")
    func bulk() {
        var dispatch = Dispatch()
        var moment = now
        var sent = 0
        for person in 0..<2_000 {
            while let wait = dispatch.admit(account, lane: .bulk, sendsPerSecond: 30, person: ("\(person)", 1), now: moment) {
                moment = moment + wait
            }
            sent += 1
        }
        let seconds = Double(moment.since(now).wholeMilliseconds) / 1_000
        #expect(Double(sent) <= 30 + 30 * seconds + 1)
        #expect(seconds <= Double(sent) / 30 + 1)
    }

    @Test("people who may be sent everything again are forgotten, the others are not")
    func forgetting() {
        var pace = PersonalPace()
        for _ in 0..<5 { #expect(pace.take(account, "busy", perSecond: 0.001, at: now) == nil) }
        let later = now + .seconds(60)
        for person in 0..<(PersonalPace.remembered * 3) { _ = pace.take(account, "\(person)", perSecond: 1, at: later) }
        #expect(pace.take(account, "busy", perSecond: 0.001, at: later) != nil)
    }

    @Test("receipts are kept under what is unique, and a dead letter has our word for why")
    func identifiers() {
        var dispatch = Dispatch()
        var random = SeededRandom(seed: 1)
        let accepted = DeliveryReport(.accepted, externalID: "5", receiptID: "77:5")
        #expect(dispatch.conclude(attempt("77"), accepted, now: now, random: &random).settlement == .accepted(externalID: "77:5"))
        let blocked = DeliveryReport(.contactStopped, code: "403", reason: "blocked")
        let conclusion = dispatch.conclude(attempt("77"), blocked, now: now, random: &random)
        #expect(conclusion.settlement == .dead(code: "contact_stopped:blocked"))
        #expect(conclusion.effects == [.stopContact])
    }
}
