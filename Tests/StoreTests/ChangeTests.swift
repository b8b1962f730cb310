import Core
import Programmes
import Store
import Testing

@Suite("The changes of a decision")
struct ChangeTests {
    private func reply(_ text: String, lane: Lane = .reply) -> Reply {
        Reply(key: "k", message: OutboundMessage(text: text), lane: lane)
    }

    @Test("are applied all together or not at all", arguments: TestEngine.allCases)
    func atomic(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            let offer = fixture.offer("c1", capacity: 1)
            try await fixture.store.write { try $0.upsertClass(offer) }
            try await fixture.apply([.enrol(fixture.enrolment("e1", in: "c1", guardian: id))], in: id)
            let late: [Change] = [
                .reply(reply("Đã ghi danh")), .setTimer(ConversationTimer(key: "t", due: fixture.now, payload: "")),
                .count(metric: "enrolled", label: "classes"), .subscribe(false),
                .enrol(fixture.enrolment("e2", in: "c1", guardian: id)),
            ]
            await #expect(throws: StoreError.conflict("the class is full")) { try await fixture.apply(late, in: id) }
            #expect(try await fixture.claimSends().isEmpty)
            #expect(try await fixture.store.read { try $0.nextTimerDue() } == nil)
            #expect(try await fixture.store.read { try $0.count(metric: "enrolled", label: "classes") } == 0)
            #expect(try await fixture.store.read { try $0.conversation(id) }?.subscribed == true)
            #expect(try await fixture.store.read { try $0.enrolments(guardian: id) }.map(\.id.rawValue) == ["e1"])
        }
    }

    @Test("give the last seat to one of many parents", arguments: TestEngine.allCases)
    func lastSeat(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let offer = fixture.offer("c1", capacity: 7)
            try await fixture.store.write { try $0.upsertClass(offer) }
            let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for parent in 0..<40 {
                    group.addTask {
                        let id = try await fixture.conversation("parent\(parent)")
                        let now = fixture.now
                        return try await fixture.store.write { transaction in
                            guard let listing = try transaction.listing(ClassID("c1")) else { return false }
                            let status: Enrolment.Status = listing.isFull ? .waiting : .enrolled
                            let enrolment = fixture.enrolment("e\(parent)", in: "c1", guardian: id, status: status)
                            try transaction.apply([.enrol(enrolment)], in: id, event: nil, now: now)
                            return status == .enrolled
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(granted.filter(\.self).count == 7)
            let listing = try #require(try await fixture.store.read { try $0.listing(ClassID("c1")) })
            #expect(listing.seatsTaken == 7 && listing.waiting == 33)
        }
    }

    @Test("promote a waiting child only to a free seat", arguments: TestEngine.allCases)
    func promotion(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            let offer = fixture.offer("c1", capacity: 1)
            try await fixture.store.write { try $0.upsertClass(offer) }
            try await fixture.apply(
                [
                    .enrol(fixture.enrolment("e1", in: "c1", guardian: id)),
                    .enrol(fixture.enrolment("e2", in: "c1", guardian: id, status: .waiting)),
                ], in: id)
            await #expect(throws: StoreError.conflict("the class is full")) {
                try await fixture.apply([.promote(EnrolmentID("e2"))], in: id)
            }
            try await fixture.apply([.cancelEnrolment(EnrolmentID("e1")), .promote(EnrolmentID("e2"))], in: id)
            let mine = try await fixture.store.read { try $0.enrolments(guardian: id) }
            #expect(mine.map(\.id.rawValue) == ["e2"] && mine.map(\.status) == [.enrolled])
            await #expect(throws: StoreError.conflict("the child is not waiting")) {
                try await fixture.apply([.promote(EnrolmentID("e2"))], in: id)
            }
            await #expect(throws: StoreError.self) {
                try await fixture.apply([.enrol(fixture.enrolment("e2", in: "c1", guardian: id))], in: id)
            }
            await #expect(throws: StoreError.conflict("the class is unknown")) {
                try await fixture.apply([.enrol(fixture.enrolment("e3", in: "c9", guardian: id))], in: id)
            }
        }
    }

    @Test("reach other conversations, except bulk for who has opted out", arguments: TestEngine.allCases)
    func notify(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let first = try await fixture.conversation("a")
            let second = try await fixture.conversation("b")
            try await fixture.apply([.subscribe(false)], in: second)
            try await fixture.apply(
                [
                    .notify(second, reply("reminder", lane: .bulk)), .notify(second, reply("answer")),
                    .notify(first, reply("news", lane: .bulk)), .notify(ConversationID("gone"), reply("x")),
                    .reply(reply("own")), .reply(reply("asked for", lane: .bulk)),
                ], in: first)
            var sent: [String] = []
            while let send = try await fixture.claimSends(1).first {
                sent.append(send.message.text)
                try await fixture.settle(send.id, .accepted(externalID: nil))
            }
            #expect(Set(sent) == ["answer", "news", "own", "asked for"])
        }
    }

    @Test("put items on the desk, where they stay until closed", arguments: TestEngine.allCases)
    func desk(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            let items = (0..<3).map { index in
                DeskItem(
                    id: DeskItemID("d\(index)"), kind: index == 0 ? .absence : .human, conversation: id,
                    details: ["child": "Bình", "reason": "ốm"], createdAt: fixture.now + .seconds(index))
            }
            try await fixture.apply(items.map { .handOver($0) }, in: id)
            #expect(try await fixture.store.read { try $0.deskItems(limit: 10) } == items)
            let now = fixture.now
            try await fixture.store.write { try $0.closeDeskItem(DeskItemID("d1"), now: now) }
            #expect(try await fixture.store.read { try $0.deskItems(limit: 10) } == [items[0], items[2]])
            await #expect(throws: StoreError.missing("open desk item")) {
                try await fixture.store.write { try $0.closeDeskItem(DeskItemID("d1"), now: now) }
            }
        }
    }

    @Test("count without content, over all days", arguments: TestEngine.allCases)
    func counting(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            for _ in 0..<3 {
                try await fixture.apply([.count(metric: "triage", label: "S1")], in: id)
                fixture.clock.advance(by: .seconds(86_400))
            }
            #expect(try await fixture.store.read { try $0.count(metric: "triage", label: "S1") } == 3)
            #expect(try await fixture.store.read { try $0.count(metric: "triage", label: "S2") } == 0)
        }
    }

    @Test("set, move and cancel timers, also of others", arguments: TestEngine.allCases)
    func timers(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let first = try await fixture.conversation("a")
            let second = try await fixture.conversation("b")
            let now = fixture.now
            func timer(_ key: String, _ seconds: Int) -> ConversationTimer {
                ConversationTimer(key: key, due: now + .seconds(seconds), payload: "\(key) \(seconds)")
            }
            try await fixture.apply(
                [
                    .setTimer(timer("form", 10)), .setTimer(timer("form", 20)), .setTimer(timer("other", 5)),
                    .setTimerFor(second, timer("form", 15)), .cancelTimer(key: "other"), .cancelTimer(key: "none"),
                ], in: first)
            #expect(try await fixture.store.read { try $0.nextTimerDue() } == now + .seconds(15))
            #expect(try await fixture.store.write { try $0.fireDueTimers(now: now + .seconds(14), limit: 9) } == 0)
            #expect(try await fixture.store.write { try $0.fireDueTimers(now: now + .seconds(20), limit: 9) } == 2)
            let claimed = try await fixture.claim()
            #expect(Set(claimed.map(\.conversation)) == [first, second])
            let events = claimed.flatMap(\.events).map(\.event)
            #expect(events.allSatisfy { $0.kind == .timer && $0.name == "form" })
            #expect(Set(events.map(\.payload)) == ["form 15", "form 20"])
            #expect(Set(events.map(\.timestamp)) == [now + .seconds(15), now + .seconds(20)])
        }
    }

    @Test("fire each timer once, however many look, and again when it is set again", arguments: TestEngine.allCases)
    func firing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            let now = fixture.now
            let timers = (0..<50).map { Change.setTimer(ConversationTimer(key: "t\($0)", due: now, payload: "p")) }
            for round in 1...2 {
                try await fixture.apply(timers, in: id)
                let fired = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<20 {
                        group.addTask { try await fixture.store.write { try $0.fireDueTimers(now: now, limit: 7) } }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(fired == 50)
                #expect(try await fixture.store.read { try $0.inboxDepth() }.waiting == 50 * round)
            }
        }
    }
}
