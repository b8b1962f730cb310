import Core
import Programmes
import Testing

private func instant(_ text: String) -> Instant { Instant(iso8601: text) ?? Instant(milliseconds: 0) }

private func offer(
    _ code: String = "KNS-1", start: String = "2026-12-05T14:00:00+07:00", grades: ClosedRange<Int> = 3...6,
    capacity: Int = 1,
    commune: String = "10001", topic: String = "drowning", isCancelled: Bool = false
) -> ClassOffer {
    let begin = instant(start)
    return ClassOffer(
        id: ClassID("id-" + code), code: code, title: code, topic: topic, commune: commune, venue: "v",
        sessions: [.init(start: begin, end: begin + .seconds(3600))], grades: grades, capacity: capacity, fee: 0,
        organiser: "o", instructor: "i", safeguardingContact: "s", licence: nil,
        registrationCloses: begin - .seconds(3600), isCancelled: isCancelled)
}

private func enrolment(_ name: String, in offer: ClassOffer, _ status: Enrolment.Status = .enrolled) -> Enrolment {
    Enrolment(
        id: EnrolmentID(name), classID: offer.id, guardian: ConversationID("g"), childName: name,
        grade: Grade(number: 4), status: status, createdAt: Instant(milliseconds: 0))
}

@Suite struct ReminderRuleTests {
    private let rule = ReminderRule()

    private func dues(_ start: String) -> [String] {
        let begin = instant(start)
        return rule.occasions(for: [.init(start: begin, end: begin + .seconds(3600))]).map(\.due.iso8601InVietnam)
    }

    @Test func `A class in the afternoon is reminded of a day and three hours before`() {
        #expect(dues("2026-12-05T14:00:00+07:00") == ["2026-12-04T14:00:00+07:00", "2026-12-05T11:00:00+07:00"])
    }

    @Test func `A reminder in the night waits for the morning when that is early enough`() {
        #expect(dues("2026-12-05T08:00:00+07:00") == ["2026-12-04T08:00:00+07:00", "2026-12-05T07:00:00+07:00"])
    }

    @Test func `Otherwise it comes on the evening before`() {
        #expect(dues("2026-12-05T07:30:00+07:00") == ["2026-12-04T07:30:00+07:00", "2026-12-04T20:30:00+07:00"])
    }

    @Test func `An evening class whose first reminder would come late waits for the morning`() {
        #expect(dues("2026-12-05T22:00:00+07:00") == ["2026-12-05T07:00:00+07:00", "2026-12-05T19:00:00+07:00"])
    }

    @Test func `No reminder ever falls into the quiet hours or after the start`() {
        for minute in stride(from: 0, to: 1440, by: 10) {
            let begin = CivilDate(dayNumber: 20_000).at(minute: minute)
            for occasion in rule.occasions(for: [.init(start: begin, end: begin)]) {
                #expect(!rule.isQuiet(at: occasion.due))
                #expect(occasion.due < begin)
            }
        }
    }

    @Test func `The next reminder lies strictly ahead, over all sessions`() {
        let sessions = [instant("2026-12-05T14:00:00+07:00"), instant("2026-12-12T14:00:00+07:00")].map {
            ClassOffer.Session(start: $0, end: $0 + .seconds(3600))
        }
        #expect(
            rule.next(for: sessions, after: instant("2026-12-05T11:00:00+07:00"))?.due
                == instant("2026-12-11T14:00:00+07:00"))
        #expect(rule.next(for: sessions, after: instant("2026-12-12T11:00:00+07:00")) == nil)
        #expect(rule.next(for: [], after: Instant(milliseconds: 0)) == nil)
    }
}

@Suite struct OpeningHoursTests {
    private let hours = OpeningHours.office

    @Test func `The desk is open in its hours only`() {
        #expect(hours.isOpen(at: instant("2026-11-24T09:00:00+07:00")))
        #expect(!hours.isOpen(at: instant("2026-11-24T12:00:00+07:00")))
        #expect(!hours.isOpen(at: instant("2026-11-24T11:30:00+07:00")))
        #expect(!hours.isOpen(at: instant("2026-11-28T09:00:00+07:00")))
    }

    @Test func `The next opening is found over lunch, night and the week-end`() {
        #expect(hours.nextOpening(after: instant("2026-11-24T12:00:00+07:00")) == instant("2026-11-24T13:30:00+07:00"))
        #expect(hours.nextOpening(after: instant("2026-11-24T20:00:00+07:00")) == instant("2026-11-25T07:30:00+07:00"))
        #expect(hours.nextOpening(after: instant("2026-11-27T20:00:00+07:00")) == instant("2026-11-30T07:30:00+07:00"))
        #expect(OpeningHours(days: [:]).nextOpening(after: Instant(milliseconds: 0)) == nil)
    }

    @Test func `Days with equal hours are told together`() {
        var days = hours.days
        days[6] = [.init(opens: 480, closes: 660)]
        let runs = OpeningHours(days: days).runs
        #expect(runs.map { [$0.from, $0.through] } == [[1, 5], [6, 6]])
    }
}

@Suite struct EnrolmentRuleTests {
    private let now = instant("2026-11-24T09:00:00+07:00")

    private func verdict(
        _ offer: ClassOffer, taken: Int = 0, waiting: Int = 0, grade: Int? = 4, child: String? = "Lê An",
        existing: [Enrolment] = [], at time: Instant? = nil
    ) -> EnrolmentRule.Verdict {
        EnrolmentRule.verdict(
            on: ClassListing(offer: offer, seatsTaken: taken, waiting: waiting), grade: grade, childName: child,
            existing: existing, now: time ?? now)
    }

    @Test func `A free seat is given`() { #expect(verdict(offer()) == .seat) }

    @Test func `A full class has a waiting list with places`() {
        #expect(verdict(offer(), taken: 1, waiting: 2) == .waitingList(place: 3))
    }

    @Test func `Cancelled, closed and wrong grades are refused, in this order`() {
        #expect(verdict(offer(isCancelled: true), grade: 12) == .cancelled)
        #expect(verdict(offer(), grade: 12, at: instant("2026-12-05T13:00:00+07:00")) == .closed)
        #expect(verdict(offer(), grade: 7) == .wrongGrade)
        #expect(verdict(offer(), grade: nil) == .seat)
    }

    @Test func `The same child is recognised whatever the case, spaces and composition`() {
        let here = offer()
        let one = enrolment("Lê  An", in: here)
        #expect(verdict(here, child: "LÊ AN", existing: [one]) == .already(one))
        #expect(verdict(here, child: "Le\u{302} An", existing: [one]) == .already(one))
        #expect(verdict(here, child: "Lê Anh", existing: [one]) == .seat)
        #expect(verdict(offer("KNS-2"), child: "Lê An", existing: [one]) == .seat)
    }
}

@Suite struct MemoryRecordsTests {
    @Test func `Classes come soonest first, open ones only, within the limit`() {
        let records = MemoryRecords(offers: [
            offer("B", start: "2026-12-06T08:00:00+07:00"), offer("A", start: "2026-12-05T08:00:00+07:00"),
            offer("X", isCancelled: true), offer("C", start: "2026-12-06T08:00:00+07:00"),
        ])
        let now = instant("2026-11-24T09:00:00+07:00")
        #expect(records.classes(ClassQuery(openAt: now)).map(\.offer.code) == ["A", "B", "C"])
        #expect(records.classes(ClassQuery(openAt: now, limit: 1)).map(\.offer.code) == ["A"])
        #expect(records.classes(ClassQuery(openAt: now, limit: -1)).isEmpty)
        #expect(records.classes(ClassQuery(grade: 9, openAt: now)).isEmpty)
    }

    @Test func `A span of time takes in its start and leaves out its end`() {
        let here = offer(start: "2026-12-05T08:00:00+07:00")
        let now = instant("2026-11-24T09:00:00+07:00")
        func matches(_ from: String?, _ to: String?) -> Bool {
            ClassQuery(during: TimeSpan(from: from.map(instant), to: to.map(instant), grain: .hour), openAt: now)
                .matches(here)
        }
        #expect(matches("2026-12-05T08:00:00+07:00", nil))
        #expect(!matches(nil, "2026-12-05T08:00:00+07:00"))
        #expect(matches(nil, "2026-12-05T08:01:00+07:00"))
    }

    @Test(arguments: ["KNS-1", "kns 1", "Kns1", " k-n-s-1 "])
    func `Codes are compared without case, spaces and hyphens`(_ code: String) {
        #expect(MemoryRecords(offers: [offer()]).listing(code: code) != nil)
    }

    @Test func `Changes move children between seats, the list and out`() {
        let here = offer(capacity: 1)
        var records = MemoryRecords(offers: [here])
        records.apply(.enrol(enrolment("Một", in: here)))
        records.apply(.enrol(enrolment("Hai", in: here, .waiting)))
        records.apply(.enrol(enrolment("Ba", in: here, .waiting)))
        #expect(records.listing(here.id)?.seatsTaken == 1)
        #expect(records.listing(here.id)?.waiting == 2)
        #expect(records.firstWaiting(in: here.id)?.childName == "Hai")
        records.apply(.cancelEnrolment(EnrolmentID("Một")))
        records.apply(.promote(EnrolmentID("Hai")))
        #expect(records.listing(here.id)?.seatsTaken == 1)
        #expect(records.firstWaiting(in: here.id)?.childName == "Ba")
        #expect(records.enrolments(guardian: ConversationID("g")).map(\.childName) == ["Hai", "Ba"])
    }

    @Test func `Communes are counted, most classes first`() {
        let records = MemoryRecords(offers: [
            offer("A", commune: "2"), offer("B", commune: "1"), offer("C", commune: "2"),
            offer("D", commune: "3", topic: "other"),
        ])
        let found = records.communesWithClasses(topic: "drowning", openAt: instant("2026-11-24T09:00:00+07:00"))
        #expect(found.map(\.commune) == ["2", "1"])
        #expect(found.map(\.count) == [2, 1])
    }
}
