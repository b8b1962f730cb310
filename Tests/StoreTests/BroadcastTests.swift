import Core
import Foundation
import Programmes
import Sealing
import Testing

@testable import Store

@Suite("Broadcasts")
struct BroadcastTests {
    static let rules = SendingRules(connections: [
        StoreFixture.zalo: .init(channel: .zaloOA, window: nil),
        ConnectionID("web"): .init(channel: .web, window: nil, isPull: true),
    ])
    static let small: BroadcastPace = {
        var pace = BroadcastPace()
        (pace.page, pace.batch, pace.window, pace.organisations) = (3, 2, 4, 2)
        return pace
    }()

    @Test("are counted by channel and by why somebody cannot be reached, each person once", arguments: TestEngine.allCases)
    func preview(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 4)
            let now = fixture.now
            try await fixture.store.write { tx in
                // Twice below the same root, and once with a role that is not asked for.
                try tx.addPeople([stage.entry("p0", role: "parent", "THCS-B"), stage.entry("t", role: "teacher", "THCS-B")], now: now)
                try tx.addPeople([stage.entry("w", role: "parent", "X1", connection: "web")], now: now)
                try tx.addPeople([stage.entry("away", role: "parent", "X1", connection: "removed")], now: now)
                try tx.setSubscribed(false, of: stage.people[1])
            }
            try await fixture.accept(fixture.incoming("u", from: "p2", kind: .unfollow))
            let audience = try await stage.audience("TH", roles: ["parent"])
            #expect(
                try await fixture.store.read { try $0.preview(audience, now: now) }.rows == [
                    .init(channel: .generic, reach: .gone, people: 1), .init(channel: .web, reach: .reachable, people: 1),
                    .init(channel: .zaloOA, reach: .gone, people: 1), .init(channel: .zaloOA, reach: .optedOut, people: 1),
                    .init(channel: .zaloOA, reach: .reachable, people: 2),
                ])
            let others = try await [
                stage.audience("TH", roles: ["teacher"]), stage.audience("THCS-B"), stage.audience("TH-2"),
                stage.audience("TH", roles: ["mayor"]), stage.audience("TH", schoolClass: " 6 a"), Audience(),
            ]
            let totals = try await fixture.store.read { tx in try others.map { try tx.preview($0, now: now).total } }
            #expect(totals == [1, 2, 0, 0, 4, 7])
            await #expect(throws: StoreError.missing("organisation")) {
                try await fixture.store.read { try $0.preview(Audience(organisation: OrganisationID("none")), now: now) }
            }
        }
    }

    @Test("follow the platform's window: it closes with time and opens when the person writes", arguments: TestEngine.allCases)
    func window(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 2)
            try await fixture.store.write { tx in
                try tx.saveSendingRules(
                    SendingRules(connections: [StoreFixture.zalo: .init(channel: .zaloOA, window: .seconds(48 * 3600))]))
            }
            let audience = try await stage.audience("TH")
            func reach() async throws -> [AudiencePreview.Reach: Int] {
                let now = fixture.now
                let rows = try await fixture.store.read { try $0.preview(audience, now: now).rows }
                return Dictionary(rows.map { ($0.reach, $0.people) }, uniquingKeysWith: +)
            }
            #expect(try await reach() == [.windowClosed: 2], "who never wrote cannot be written to")
            try await fixture.accept(fixture.incoming("1", from: "p0", at: fixture.now))
            #expect(try await reach() == [.windowClosed: 1, .reachable: 1])
            fixture.clock.advance(by: .seconds(48 * 3600 - 1))
            #expect(try await reach() == [.windowClosed: 1, .reachable: 1])
            fixture.clock.advance(by: .seconds(1))
            #expect(try await reach() == [.windowClosed: 2])
        }
    }

    @Test("go out once to each person, however often the process dies between two steps", arguments: TestEngine.allCases)
    func restarts(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 11)
            let now = fixture.now
            try await fixture.store.write { tx in
                try tx.addPeople((0..<11).map { stage.entry("p\($0)", role: "teacher", $0 % 2 == 0 ? "THCS-B" : "X1") }, now: now)
                try tx.setSubscribed(false, of: stage.people[4])
            }
            let id = try await stage.start()
            var received: [String] = []
            for process in 0..<500 {
                let store = try fixture.reopen()
                let step = try await store.write { tx in
                    try tx.advanceBroadcast(id, owner: "\(process)", leaseFor: .zero, pace: Self.small, now: now)
                }
                await store.close()
                if step == .finished { break }
                received += try await stage.sendAll()
            }
            #expect(received.sorted() == stage.names.filter { $0 != "p4" }.sorted())
            let (broadcast, progress) = try await stage.result(id)
            #expect(broadcast.status == .done)
            #expect(
                progress.rows == [.init(outcome: .sent, people: 10), .init(outcome: .skipped, reason: "opted_out", people: 1)])
            #expect(progress.total == 11 && progress.open == 0)
        }
    }

    @Test("never have more waiting in the outbox than their window", arguments: TestEngine.allCases)
    func bounded(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 9)
            let id = try await stage.start()
            #expect(try await stage.advanceToEnd(id, pace: Self.small) == .waiting)
            let waiting = try await fixture.store.read { try $0.outboxDepth().waiting[.bulk] }
            #expect(waiting == 4)
            #expect(try await stage.progress(id)[.planned] == 5)
            #expect(try await stage.sendAll(limit: 1).count == 1)
            #expect(try await stage.advance(id, pace: Self.small) == .queued(1))
        }
    }

    @Test("are left to the process that holds the lease, until it runs out", arguments: TestEngine.allCases)
    func lease(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 5)
            let id = try await stage.start()
            func step(_ owner: String) async throws -> BroadcastAdvance {
                let now = fixture.now
                return try await fixture.store.write {
                    try $0.advanceBroadcast(id, owner: owner, leaseFor: .seconds(30), pace: Self.small, now: now)
                }
            }
            #expect(try await step("a").madeProgress)
            #expect(try await step("b") == .notNow)
            fixture.clock.advance(by: .seconds(30))
            #expect(try await step("b").madeProgress)
            #expect(try await step("a") == .notNow)
            // Whoever starts on an embedded database knows that nobody else is at it.
            guard !fixture.store.isShared else { return }
            let now = fixture.now
            try await fixture.store.write { try $0.releaseLeasesOfEarlierProcesses(now: now) }
            #expect(try await step("a").madeProgress)
        }
    }

    @Test("send nothing to who has opted out, wherever the message was by then", arguments: TestEngine.allCases)
    func optOut(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 4)
            let id = try await stage.start()
            try await stage.plan(id)
            // Planned; then in the outbox; then in flight and to be tried again.
            try await fixture.apply([.subscribe(false)], in: stage.people[0])
            #expect(try await stage.advance(id) == .queued(4))
            try await fixture.apply([.subscribe(false)], in: stage.people[1])
            let inFlight = try await fixture.claimSends()
            #expect(Set(inFlight.map(\.conversation)) == [stage.people[2], stage.people[3]])
            let retried = try #require(inFlight.first { $0.conversation == stage.people[2] })
            try await fixture.apply([.subscribe(false)], in: stage.people[2])
            try await fixture.settle(retried.id, .retry(at: fixture.now, code: "transient"))
            #expect(try await fixture.claimSends().isEmpty)
            // Reminders are bulk, too; an answer goes out all the same.
            try await fixture.enqueue(stage.people[2], "reminder", lane: .bulk)
            try await fixture.enqueue(stage.people[2], "answer")
            let answer = try #require(try await fixture.claimSends().first)
            #expect(answer.message.text == "answer")
            try await fixture.settle(answer.id, .accepted(externalID: nil))
            #expect(try await fixture.claimSends().isEmpty)
            #expect(
                try await stage.result(id).1.rows == [
                    .init(outcome: .queued, people: 1), .init(outcome: .skipped, reason: "opted_out", people: 3),
                ])
            let bulk = try await fixture.store.read { try $0.queueDepths().bulk }
            #expect(bulk == 1, "only what is in flight is counted")
        }
    }

    @Test("a pause takes back what waits, and going on sends it once", arguments: TestEngine.allCases)
    func pause(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 5)
            let id = try await stage.start()
            try await stage.plan(id)
            #expect(try await stage.advance(id) == .queued(5))
            let inFlight = try await fixture.claimSends(2)
            try await stage.command(id, .pause)
            try await stage.command(id, .pause)
            #expect(try await stage.advance(id) == .withdrawn(3))
            #expect(try await stage.progress(id) == [.planned: 3, .queued: 2])
            #expect(try await fixture.claimSends().isEmpty)
            #expect(try await stage.advance(id) == .notNow)
            // One of those in flight arrives; the other fails and would be tried again.
            try await fixture.settle(inFlight[0].id, .accepted(externalID: "x"))
            try await fixture.settle(inFlight[1].id, .retry(at: fixture.now, code: "transient"))
            #expect(try await fixture.claimSends().isEmpty)
            #expect(try await stage.progress(id) == [.planned: 4, .sent: 1])
            try await stage.command(id, .resume)
            try await stage.command(id, .resume)
            #expect(try await stage.advance(id) == .queued(4))
            #expect(try await stage.sendAll().count == 4)
            #expect(try await stage.advance(id) == .finished)
            #expect(try await stage.progress(id) == [.sent: 5])
        }
    }

    @Test("a message of which a part was sent is finished, paused or not", arguments: TestEngine.allCases)
    func begun(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 1)
            let id = try await stage.start()
            try await stage.plan(id)
            #expect(try await stage.advance(id) == .queued(1))
            let send = try #require(try await fixture.claimSends().first)
            try await fixture.settle(send.id, .part(next: 1, externalID: "a"))
            try await fixture.settle(send.id, .retry(at: fixture.now, code: "transient"))
            try await stage.command(id, .pause)
            #expect(try await fixture.claimSends().map(\.nextPart) == [1])
        }
    }

    @Test("a pause during planning goes on where it was", arguments: TestEngine.allCases)
    func pausedPlanning(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 8)
            let id = try await stage.start()
            #expect(try await stage.advance(id, pace: Self.small).madeProgress)
            try await stage.command(id, .pause)
            try await stage.command(id, .resume)
            #expect(try await stage.result(id).0.status == .planning)
            #expect(try await stage.advanceToEnd(id) == .waiting)
            #expect(try await stage.sendAll().count == 8)
            #expect(try await stage.advance(id) == .finished)
        }
    }

    @Test("a cancelled broadcast is taken back and never starts again", arguments: TestEngine.allCases)
    func cancel(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 8)
            let id = try await stage.start()
            #expect(try await stage.advanceToEnd(id, pace: Self.small) == .waiting)
            #expect(try await stage.sendAll(limit: 1).count == 1)
            let inFlight = try #require(try await fixture.claimSends(1).first)
            try await stage.command(id, .cancel)
            #expect(try await stage.result(id).0.status == .cancelled)
            #expect(try await fixture.claimSends().isEmpty)
            #expect(try await stage.advanceToEnd(id, pace: Self.small) == .waiting, "one is in flight")
            try await fixture.settle(inFlight.id, .accepted(externalID: nil))
            #expect(try await stage.advance(id) == .finished)
            #expect(try await stage.progress(id) == [.sent: 2, .cancelled: 6])
            for command in [BroadcastCommand.pause, .resume] {
                await #expect(throws: StoreError.conflict("the broadcast is over")) { try await stage.command(id, command) }
            }
            try await stage.command(id, .cancel)
            await #expect(throws: StoreError.missing("broadcast")) { try await stage.command(BroadcastID("none"), .pause) }
        }
    }

    @Test("nothing goes out after the expiry, not even what an account held back", arguments: TestEngine.allCases)
    func expiry(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 6)
            let id = try await stage.start(expires: .seconds(60))
            #expect(try await stage.advanceToEnd(id, pace: Self.small) == .waiting)
            let now = fixture.now
            try await fixture.store.write {
                try $0.pauseAccount(connection: StoreFixture.zalo, account: "oa", until: nil, reason: "x", now: now)
            }
            fixture.clock.advance(by: .seconds(60))
            #expect(try await stage.advanceToEnd(id, pace: Self.small) == .finished)
            let (broadcast, progress) = try await stage.result(id)
            #expect(broadcast.status == .done)
            #expect(progress.rows == [.init(outcome: .cancelled, reason: "expired", people: 6)])
            await #expect(throws: StoreError.conflict("the broadcast has expired")) { try await stage.start(expires: .zero) }
        }
    }

    @Test("a paused broadcast ends when it expires", arguments: TestEngine.allCases)
    func pausedExpiry(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 2)
            let id = try await stage.start(expires: .seconds(60))
            try await stage.command(id, .pause)
            fixture.clock.advance(by: .seconds(61))
            await #expect(throws: StoreError.conflict("the broadcast has expired")) { try await stage.command(id, .resume) }
            #expect(try await stage.advance(id) == .finished)
            #expect(try await stage.result(id).0.status == .cancelled, "nobody was even written down")
            #expect(try await fixture.store.read { try $0.openBroadcasts(limit: 9) }.isEmpty)
        }
    }

    @Test("learn what became of each message, also after the message itself was erased", arguments: TestEngine.allCases)
    func outcomes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 5)
            let id = try await stage.start()
            try await stage.plan(id)
            #expect(try await stage.advance(id) == .queued(5))
            // A receipt that is quicker than the answer to the call.
            try await stage.receipt("e1", .read)
            let settlements: [Settlement] = [
                .accepted(externalID: "e0"), .accepted(externalID: "e1"), .dead(code: "rejected:-201"),
                .ambiguousKept(code: "ambiguous"), .accepted(externalID: "e4"),
            ]
            let sends = try await fixture.claimSends().sorted { $0.address.person < $1.address.person }
            for (send, settlement) in zip(sends, settlements) { try await fixture.settle(send.id, settlement) }
            #expect(try await stage.advance(id) == .finished)
            #expect(
                try await stage.result(id).1.rows == [
                    .init(outcome: .sent, people: 2), .init(outcome: .failed, reason: "ambiguous", people: 1),
                    .init(outcome: .failed, reason: "rejected:-201", people: 1), .init(outcome: .read, people: 1),
                ])
            fixture.clock.advance(by: .seconds(60 * 86_400))
            _ = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
            try await stage.receipt("e0", .delivered)
            try await stage.receipt("e0", .sent)
            try await stage.receipt("e4", .failed)
            let recipients = try await stage.recipients(id, page: 2)
            #expect(recipients.map(\.conversation) == stage.people.sorted())
            let byPerson = Dictionary(uniqueKeysWithValues: recipients.map { ($0.conversation, $0) })
            #expect(
                stage.people.map { byPerson[$0].map { "\($0.outcome) \($0.reason)" } } == [
                    "delivered ", "read ", "failed rejected:-201", "failed ambiguous", "failed not_delivered",
                ])
            #expect(byPerson[stage.people[0]]?.at == fixture.now && byPerson[stage.people[0]]?.channel == .zaloOA)
        }
    }

    @Test("a dead letter that is sent again tells its broadcast", arguments: TestEngine.allCases)
    func requeued(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 1)
            let id = try await stage.start()
            try await stage.plan(id)
            #expect(try await stage.advance(id) == .queued(1))
            let send = try #require(try await fixture.claimSends().first)
            try await fixture.settle(send.id, .dead(code: "rejected"))
            let now = fixture.now
            try await fixture.store.write { try $0.requeueDead(send.id, now: now) }
            #expect(try await stage.sendAll().count == 1)
            #expect(try await stage.progress(id) == [.sent: 1])
        }
    }

    @Test("a client that fetches has been sent it when it lies ready, and got it when it fetches", arguments: TestEngine.allCases)
    func pull(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 0)
            let now = fixture.now
            try await fixture.store.write { try $0.addPeople([stage.entry("w", role: "parent", "X1", connection: "web")], now: now) }
            let id = try await stage.start()
            #expect(try await stage.advanceToEnd(id) == .finished)
            #expect(try await stage.progress(id) == [.sent: 1])
            let web = try await fixture.conversation("w", account: "oa", channel: .web)
            let pulled = try await fixture.store.read { try $0.pullMessages(web, after: 0, limit: 9) }
            #expect(pulled.map(\.message.text) == [BroadcastStage.text] && pulled.map(\.key) == ["broadcasts.message"])
            try await fixture.store.write { try $0.acknowledgePull(web, upTo: pulled[0].cursor, now: now) }
            #expect(try await stage.progress(id) == [.delivered: 1])
        }
    }

    @Test("reach the guardians of a class", arguments: TestEngine.allCases)
    func lifeSkillsClass(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 5)
            let offer = fixture.offer("c1", capacity: 3)
            try await fixture.store.write { try $0.upsertClass(offer) }
            for (index, person) in stage.people.prefix(3).enumerated() {
                try await fixture.apply([.enrol(fixture.enrolment("e\(index)", in: "c1", guardian: person))], in: person)
                try await fixture.apply([.enrol(fixture.enrolment("f\(index)", in: "c1", guardian: person, status: .waiting))], in: person)
            }
            try await fixture.apply([.cancelEnrolment(EnrolmentID("e2")), .cancelEnrolment(EnrolmentID("f2"))], in: stage.people[2])
            let id = try await stage.start(Audience(lifeSkillsClass: offer.id))
            #expect(try await stage.advanceToEnd(id, pace: Self.small) == .waiting)
            #expect(try await stage.sendAll().sorted() == ["p0", "p1"])
            let now = fixture.now
            #expect(try await fixture.store.read { try $0.preview(Audience(lifeSkillsClass: offer.id), now: now).reachable } == 2)
            // With something else named, who does not belong there is left out.
            let here = try await stage.audience("THCS-A", schoolClass: "6a")
            let elsewhere = try await stage.audience("THCS-B")
            for (place, people) in [(here, 2), (elsewhere, 0)] {
                let audience = Audience(
                    roles: ["parent"], organisation: place.organisation, schoolClass: place.schoolClass, lifeSkillsClass: offer.id)
                #expect(try await fixture.store.read { try $0.preview(audience, now: now).reachable } == people)
            }
            let nobody = try await stage.start(Audience(organisation: elsewhere.organisation, lifeSkillsClass: offer.id))
            #expect(try await stage.advanceToEnd(nobody) == .finished)
            #expect(try await stage.result(nobody).1.rows.isEmpty)
            await #expect(throws: StoreError.missing("class")) { try await stage.start(Audience(lifeSkillsClass: ClassID("none"))) }
        }
    }

    @Test("keep their text sealed, and are found by their number as people type it", arguments: TestEngine.allCases)
    func sealed(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 1)
            let id = try await stage.start()
            #expect(try await stage.advanceToEnd(id) == .waiting)
            let bytes = Data(try await fixture.bytesKept())
            #expect(bytes.range(of: Data("THCS-A".utf8)) != nil, "the search finds what is there")
            #expect(bytes.range(of: Data(BroadcastStage.text.utf8)) == nil)
            let broadcast = try await stage.result(id).0
            #expect(broadcast.text == BroadcastStage.text)
            #expect(try await fixture.store.read { try $0.broadcast(number: broadcast.number.lowercased()) } == broadcast)
            #expect(try await fixture.store.read { try $0.broadcast(number: "TB-1111-1111") } == nil)
            fixture.clock.advance(by: .milliseconds(5))
            let later = try await stage.start()
            #expect(try await fixture.store.read { try $0.broadcasts(limit: 9).map(\.id) } == [later, id])
            #expect(
                try await fixture.store.read { try $0.broadcasts(before: broadcast.createdAt + .milliseconds(1), limit: 9).map(\.id) } == [
                    id
                ])
            await #expect(throws: StoreError.self) { try await stage.start(number: broadcast.number) }
        }
    }

    @Test("are written into the audit log, without their text", arguments: TestEngine.allCases)
    func audited(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 1)
            let id = try await stage.start()
            for command in [BroadcastCommand.pause, .pause, .resume, .cancel] { try await stage.command(id, command) }
            while try await stage.advance(id) != .finished {}
            let number = try await stage.result(id).0.number
            let entries = try await fixture.store.read { try $0.auditEntries(limit: 100) }.filter { $0.subject == number }
            #expect(
                entries.map { "\($0.actor) \($0.action) \($0.detail)" } == [
                    "operator broadcast.started ", "operator broadcast.paused ", "operator broadcast.resumed ",
                    "operator broadcast.cancelled ", "program broadcast.finished cancelled",
                ])
        }
    }

    @Test("are forgotten with everybody who got them when their time has come", arguments: TestEngine.allCases)
    func retention(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 3)
            let id = try await stage.start()
            #expect(try await stage.advanceToEnd(id) == .waiting)
            _ = try await stage.sendAll()
            #expect(try await stage.advance(id) == .finished)
            let open = try await stage.start(expires: .seconds(900 * 86_400))
            for (days, isThere) in [(399, true), (2, false)] {
                fixture.clock.advance(by: .seconds(days * 86_400))
                _ = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
                #expect(try await fixture.store.read { try $0.broadcast(id) != nil } == isThere)
                #expect(try await fixture.store.read { try $0.progress(of: id).total } == (isThere ? 3 : 0))
            }
            #expect(try await fixture.store.read { try $0.broadcast(open)?.text } == BroadcastStage.text)
        }
    }

    @Test("count who has left as gone until they come back", arguments: TestEngine.allCases)
    func left(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let stage = try await BroadcastStage(fixture, parents: 1)
            let audience = try await stage.audience("TH")
            func reachable() async throws -> Int {
                let now = fixture.now
                return try await fixture.store.read { try $0.preview(audience, now: now).reachable }
            }
            try await fixture.accept(fixture.incoming("1", from: "p0", at: fixture.now))
            // An older event that comes late.
            try await fixture.accept(fixture.incoming("2", from: "p0", at: fixture.now - .seconds(5), kind: .unfollow))
            #expect(try await reachable() == 1)
            fixture.clock.advance(by: .seconds(5))
            try await fixture.accept(fixture.incoming("3", from: "p0", at: fixture.now, kind: .unfollow))
            #expect(try await reachable() == 0)
            fixture.clock.advance(by: .seconds(5))
            try await fixture.accept(fixture.incoming("4", from: "p0", at: fixture.now, kind: .follow))
            #expect(try await reachable() == 1)
        }
    }

    @Test("go through their indexes, without a scan of people or recipients")
    func plans() async throws {
        try await withStore(.sqlite) { fixture in
            let hot: [(SQLStatement, String)] = [
                (BroadcastSQL.pageOfPlace, "memberships_by_place"), (BroadcastSQL.planned, "broadcast_recipients_tally"),
                (BroadcastSQL.countQueued, "broadcast_recipients_tally"), (BroadcastSQL.anyPlanned, "broadcast_recipients_tally"),
                (BroadcastSQL.anyQueued, "broadcast_recipients_tally"), (BroadcastSQL.cancelPlanned, "broadcast_recipients_tally"),
                (BroadcastSQL.tally, "broadcast_recipients_tally"), (BroadcastSQL.withdrawable, "broadcast_recipients_tally"),
                (BroadcastSQL.settle, "broadcast_recipients_by_message"), (BroadcastSQL.raise, "broadcast_recipients_by_message"),
                (BroadcastSQL.ofMessage, "broadcast_recipients_by_message"), (BroadcastSQL.recipients, "PRIMARY KEY"),
                (BroadcastSQL.open, "broadcasts_open"), (BroadcastSQL.newest, "broadcasts_by_age"),
                (BroadcastSQL.previewPlace, "organisations_by_path"), (OrganisationSQL.next, "organisations_by_path"),
                (OrganisationSQL.under, "organisations_by_path"), (MembershipSQL.page, "PRIMARY KEY"),
                (RetentionSQL.dropRecipients, "broadcasts_by_age"), (RetentionSQL.dropBroadcasts, "broadcasts_by_age"),
                (BroadcastSQL.previewClass, "enrolments_by_class"), (BroadcastSQL.pageOfClass, "enrolments_by_class"),
                (OutboxSQL.waitingBulk, "outbox_unsent"), (OutboxSQL.unfetched, "outbox_unsent"),
            ]
            for (statement, index) in hot {
                let text = statement.parameters.sorted { $0.count > $1.count }.reduce(statement.text) { text, name in
                    text.split(separator: ":" + name, omittingEmptySubsequences: false).joined(separator: "1")
                }
                let plan = try await fixture.store.read { tx in
                    try tx.connection.rows(SQLStatement("EXPLAIN QUERY PLAN " + text), [:]).map { try $0.text(3) }
                }
                let shown = plan.joined(separator: "\n")
                #expect(shown.contains(index), "\(statement.text): \(shown)")
                #expect(!plan.contains { $0.hasPrefix("SCAN") && !$0.contains("INDEX") }, "\(statement.text): \(shown)")
            }
        }
    }
}
