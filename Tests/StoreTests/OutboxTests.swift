import Core
import Programmes
import Store
import Testing

@Suite("The outbox")
struct OutboxTests {
    @Test("gives back exactly the message that was put in", arguments: TestEngine.allCases)
    func fidelity(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1", at: fixture.now - .seconds(9)))
            let conversation = try await fixture.conversation()
            let draft = OutboxDraft(
                conversation: conversation, lane: .reply, key: "classes.found",
                message: OutboundMessage(
                    text: "Có 2 lớp", buttons: [Button(title: "Xem", payload: "#yes")],
                    attachments: [Attachment(kind: .link, url: "https://example.test")]),
                expires: fixture.now + .seconds(600))
            let now = fixture.now
            let id = try await fixture.store.write { try $0.enqueue(draft, now: now) }
            let claimed = try await fixture.claimSends()
            #expect(
                claimed == [
                    ClaimedSend(
                        id: id, conversation: conversation, address: fixture.address("an"), lane: .reply,
                        key: "classes.found", message: draft.message, attempt: 1, nextPart: 0, wasInterrupted: false,
                        createdAt: now, expires: draft.expires, lastInboundAt: now - .seconds(9))
                ])
        }
    }

    @Test("sends a conversation's messages one at a time, in the order of their making", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            for index in 0..<12 { try await fixture.enqueue(conversation, "\(index)") }
            var sent: [String] = []
            while let send = try await fixture.claimSends().first {
                #expect(try await fixture.claimSends().isEmpty, "one is in flight")
                sent.append(send.message.text)
                try await fixture.settle(send.id, .accepted(externalID: "x\(sent.count)"))
            }
            #expect(sent == (0..<12).map { "\($0)" })
        }
    }

    @Test("keeps the order of messages that one decision made in the same millisecond", arguments: TestEngine.allCases)
    func orderWithinDecision(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation(channel: .web)
            let changes = (0..<8).map { index in
                Change.reply(Reply(key: "k", message: OutboundMessage(text: "\(index)")))
            }
            try await fixture.apply(changes, in: conversation)
            let pulled = try await fixture.store.read { try $0.pullMessages(conversation, after: 0, limit: 20) }
            #expect(pulled.map(\.message.text) == (0..<8).map { "\($0)" })
        }
    }

    @Test("takes conversations side by side, safety first, then replies, then bulk", arguments: TestEngine.allCases)
    func lanes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for (person, lane) in [("a", Lane.bulk), ("b", .reply), ("c", .safety), ("d", .bulk), ("e", .reply)] {
                try await fixture.enqueue(try await fixture.conversation(person), person, lane: lane)
                fixture.clock.advance(by: .milliseconds(1))
            }
            #expect(try await fixture.claimSends(4).map(\.message.text) == ["c", "b", "e", "a"])
            #expect(try await fixture.claimSends(4).map(\.message.text) == ["d"])
        }
    }

    @Test("lets a safety message overtake everything, even what is in flight", arguments: TestEngine.allCases)
    func safetyOvertakes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            try await fixture.enqueue(conversation, "first")
            try await fixture.enqueue(conversation, "second")
            #expect(try await fixture.claimSends().map(\.message.text) == ["first"])
            try await fixture.enqueue(conversation, "113", lane: .safety)
            try await fixture.enqueue(conversation, "115", lane: .safety)
            #expect(try await fixture.claimSends().map(\.message.text) == ["113"])
            #expect(try await fixture.claimSends().isEmpty)
        }
    }

    @Test(
        "does not let a reply wait for broadcasts of its conversation that are not in flight",
        arguments: TestEngine.allCases)
    func repliesPassBulk(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            try await fixture.enqueue(conversation, "news 1", lane: .bulk)
            try await fixture.enqueue(conversation, "news 2", lane: .bulk)
            try await fixture.enqueue(conversation, "answer")
            var sent: [String] = []
            while let send = try await fixture.claimSends().first {
                sent.append(send.message.text)
                try await fixture.settle(send.id, .accepted(externalID: nil))
            }
            #expect(sent == ["answer", "news 1", "news 2"])
        }
    }

    @Test(
        "holds a conversation's lane back until a message's next try, and counts the tries",
        arguments: TestEngine.allCases)
    func retries(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            try await fixture.enqueue(conversation, "first")
            try await fixture.enqueue(conversation, "second")
            let first = try #require(try await fixture.claimSends().first)
            try await fixture.settle(first.id, .retry(at: fixture.now + .seconds(2), code: "throttled"))
            #expect(try await fixture.claimSends().isEmpty)
            #expect(
                try await fixture.store.read { try $0.nextSendDue(channels: [.zaloOA]) } == fixture.now + .seconds(2))
            fixture.clock.advance(by: .seconds(2))
            let again = try #require(try await fixture.claimSends().first)
            #expect(again.id == first.id && again.attempt == 2 && !again.wasInterrupted)
            try await fixture.settle(again.id, .dead(code: "rejected"))
            #expect(try await fixture.claimSends().map(\.message.text) == ["second"])
        }
    }

    @Test("hands out what a vanished sender had, and says that its outcome is unknown", arguments: TestEngine.allCases)
    func interrupted(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            let id = try await fixture.enqueue(conversation, "first")
            try await fixture.enqueue(conversation, "second")
            _ = try await fixture.claimSends()
            fixture.clock.advance(by: .seconds(59))
            #expect(try await fixture.claimSends().isEmpty)
            fixture.clock.advance(by: .seconds(1))
            let again = try #require(try await fixture.claimSends().first)
            #expect(again.id == id && again.wasInterrupted && again.attempt == 2)
            #expect(try await fixture.settle(id, .ambiguousKept(code: "interrupted")))
            #expect(try await fixture.claimSends().map(\.message.text) == ["second"])
        }
    }

    @Test("resumes a message of several parts at the first that was not accepted", arguments: TestEngine.allCases)
    func parts(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            let id = try await fixture.enqueue(conversation, "long")
            _ = try await fixture.claimSends()
            try await fixture.settle(id, .part(next: 1, externalID: "p0"))
            try await fixture.settle(id, .part(next: 2, externalID: "p1"))
            #expect(try await fixture.claimSends().isEmpty, "it is still in flight")
            try await fixture.settle(id, .retry(at: fixture.now, code: "transient"))
            #expect(try await fixture.claimSends().first?.nextPart == 2)
            try await fixture.settle(id, .accepted(externalID: "p2"))
            for part in ["p0", "p1", "p2"] {
                let now = fixture.now
                _ = try await fixture.store.write {
                    try $0.raiseStatus(
                        connection: StoreFixture.zalo, account: "oa", externalID: part, to: .delivered, now: now)
                }
            }
            #expect(try await fixture.store.read { try $0.deliveryStatus(of: id) } == .delivered)
        }
    }

    @Test("settles for good once", arguments: TestEngine.allCases)
    func settledOnce(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.enqueue(try await fixture.conversation(), "x")
            _ = try await fixture.claimSends()
            #expect(try await fixture.settle(id, .accepted(externalID: "e")))
            #expect(try await fixture.settle(id, .dead(code: "late")) == false)
            #expect(try await fixture.settle(id, .retry(at: fixture.now, code: "late")) == false)
            #expect(try await fixture.claimSends().isEmpty)
            await #expect(throws: StoreError.missing("message")) {
                try await fixture.settle(MessageID("none"), .accepted(externalID: nil))
            }
        }
    }

    @Test("never lowers a status, in whatever order the receipts come", arguments: TestEngine.allCases)
    func ladder(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            var random = SeededRandom(seed: 7)
            for round in 0..<20 {
                let id = try await fixture.enqueue(try await fixture.conversation("p\(round)"), "x")
                _ = try await fixture.claimSends()
                try await fixture.settle(id, .accepted(externalID: "e\(round)"))
                var highest = DeliveryStatus.sent
                for _ in 0..<6 {
                    let status = DeliveryStatus.allCases[Int(random.next() % 5)]
                    let now = fixture.now
                    let isRaised = try await fixture.store.write {
                        try $0.raiseStatus(
                            connection: StoreFixture.zalo, account: "oa", externalID: "e\(round)", to: status, now: now)
                    }
                    #expect(isRaised == (status > highest))
                    highest = max(highest, status)
                    #expect(try await fixture.store.read { try $0.deliveryStatus(of: id) } == highest)
                }
            }
        }
    }

    @Test("applies a receipt that came before the answer to the call", arguments: TestEngine.allCases)
    func earlyReceipt(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.enqueue(try await fixture.conversation(), "x")
            _ = try await fixture.claimSends()
            let now = fixture.now
            let isRaised = try await fixture.store.write {
                try $0.raiseStatus(
                    connection: StoreFixture.zalo, account: "oa", externalID: "e", to: .read, now: now)
            }
            #expect(!isRaised)
            try await fixture.settle(id, .accepted(externalID: "e"))
            #expect(try await fixture.store.read { try $0.deliveryStatus(of: id) } == .read)
        }
    }

    @Test("keeps a scheduled message out of the order until its time", arguments: TestEngine.allCases)
    func scheduled(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            let later = fixture.now + .seconds(3600)
            try await fixture.enqueue(conversation, "tomorrow", lane: .bulk, notBefore: later)
            try await fixture.enqueue(conversation, "today", lane: .bulk)
            let first = try #require(try await fixture.claimSends().first)
            #expect(first.message.text == "today")
            try await fixture.settle(first.id, .accepted(externalID: nil))
            #expect(try await fixture.claimSends().isEmpty)
            #expect(try await fixture.store.read { try $0.nextSendDue(channels: [.zaloOA]) } == later)
            fixture.clock.set(later)
            #expect(try await fixture.claimSends().map(\.message.text) == ["tomorrow"])
        }
    }

    @Test("makes a dead letter of what has expired, and goes on", arguments: TestEngine.allCases)
    func expiry(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            for text in ["a", "b"] {
                try await fixture.enqueue(conversation, text, expires: fixture.now + .seconds(10))
            }
            try await fixture.enqueue(conversation, "c")
            let first = try #require(try await fixture.claimSends().first)
            try await fixture.settle(first.id, .retry(at: fixture.now + .seconds(10), code: "transient"))
            fixture.clock.advance(by: .seconds(10))
            #expect(try await fixture.claimSends().map(\.message.text) == ["c"])
            let dead = try await fixture.store.read { try $0.deadLetters(limit: 10) }
            #expect(Set(dead.map(\.message?.text)) == ["a", "b"])
            #expect(dead.allSatisfy { $0.reason == "expired" })
        }
    }

    @Test("shows dead letters and sends a corrected one again", arguments: TestEngine.allCases)
    func deadLetters(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation()
            let id = try await fixture.enqueue(conversation, "wrong", lane: .bulk)
            _ = try await fixture.claimSends()
            try await fixture.settle(id, .dead(code: "template_missing"))
            let letter = try #require(try await fixture.store.read { try $0.deadLetters(limit: 10) }.first)
            #expect(letter.id == id && letter.reason == "template_missing" && letter.attempts == 1)
            #expect(letter.message?.text == "wrong" && letter.address == fixture.address("an"))
            #expect(try await fixture.store.read { try $0.deliveryStatus(of: id) } == .failed)
            let now = fixture.now
            try await fixture.store.write {
                try $0.requeueDead(id, replacing: OutboundMessage(text: "right"), now: now)
            }
            #expect(try await fixture.store.read { try $0.outboxDepth() }.dead == 0)
            let again = try #require(try await fixture.claimSends().first)
            #expect(again.id == id && again.message.text == "right" && again.attempt == 1)
            await #expect(throws: StoreError.missing("dead letter")) {
                try await fixture.store.write { try $0.requeueDead(id, now: now) }
            }
        }
    }

    @Test("sends nothing from a paused account but safety", arguments: TestEngine.allCases)
    func pauses(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let paused = try await fixture.conversation("a", account: "page1")
            let open = try await fixture.conversation("b", account: "page2")
            let now = fixture.now
            try await fixture.store.write {
                try $0.pauseAccount(
                    connection: StoreFixture.zalo, account: "page1", until: now + .seconds(60),
                    reason: "account_paused",
                    now: now)
            }
            for conversation in [paused, open] {
                try await fixture.enqueue(conversation, "reply")
                try await fixture.enqueue(conversation, "news", lane: .bulk)
            }
            let safety = try await fixture.enqueue(paused, "113", lane: .safety)
            let claimed = try await fixture.claimSends()
            #expect(claimed.map(\.message.text) == ["113", "reply"])
            #expect(claimed.map(\.conversation) == [paused, open])
            try await fixture.settle(safety, .accepted(externalID: nil))
            #expect(
                try await fixture.store.read { try $0.pausedAccounts(now: now) } == [
                    PausedAccount(
                        connection: StoreFixture.zalo, account: "page1", until: now + .seconds(60),
                        reason: "account_paused")
                ])
            fixture.clock.advance(by: .seconds(60))
            #expect(try await fixture.claimSends().contains { $0.conversation == paused })
            #expect(try await fixture.store.read { try $0.pausedAccounts(now: now + .seconds(60)) }.isEmpty)
        }
    }

    @Test("keeps an account paused until somebody resumes it", arguments: TestEngine.allCases)
    func endlessPause(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            // Before anything was ever heard of the account.
            try await fixture.store.write {
                try $0.pauseAccount(
                    connection: StoreFixture.zalo, account: "oa", until: nil, reason: "token_invalid", now: now)
            }
            try await fixture.enqueue(try await fixture.conversation(), "x")
            fixture.clock.advance(by: .seconds(1_000_000_000))
            #expect(try await fixture.claimSends().isEmpty)
            #expect(try await fixture.store.read { try $0.pausedAccounts(now: now) }.first?.until == nil)
            try await fixture.store.write { try $0.resumeAccount(connection: StoreFixture.zalo, account: "oa") }
            #expect(try await fixture.claimSends().count == 1)
        }
    }

    @Test("hands out only messages of the channels asked for", arguments: TestEngine.allCases)
    func channels(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.enqueue(try await fixture.conversation("w", channel: .web), "pull")
            try await fixture.enqueue(try await fixture.conversation("z"), "push")
            #expect(try await fixture.claimSends(channels: []).isEmpty)
            #expect(try await fixture.claimSends().map(\.message.text) == ["push"])
        }
    }

    @Test("lets a fetching client follow its cursor and go back", arguments: TestEngine.allCases)
    func pulling(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation("w", channel: .web)
            let ids = [
                try await fixture.enqueue(conversation, "1"), try await fixture.enqueue(conversation, "2", lane: .bulk),
                try await fixture.enqueue(conversation, "3", lane: .safety),
            ]
            func pull(after cursor: Int64) async throws -> [PullMessage] {
                try await fixture.store.read { try $0.pullMessages(conversation, after: cursor, limit: 10) }
            }
            let all = try await pull(after: 0)
            #expect(all.map(\.message.text) == ["1", "2", "3"])
            #expect(all.map(\.id) == ids)
            #expect(all.map(\.cursor) == all.map(\.cursor).sorted() && Set(all.map(\.cursor)).count == 3)
            let now = fixture.now
            try await fixture.store.write { try $0.acknowledgePull(conversation, upTo: all[1].cursor, now: now) }
            let statuses = try await fixture.store.read { transaction in
                try ids.map { try transaction.deliveryStatus(of: $0) }
            }
            #expect(statuses == [.delivered, .delivered, .queued])
            #expect(try await pull(after: all[1].cursor).map(\.message.text) == ["3"])
            #expect(try await pull(after: 0).count == 3, "a client that lost its place gets it again")
            #expect(try await fixture.store.read { try $0.outboxDepth() }.waiting == [.safety: 1, .reply: 0, .bulk: 0])
        }
    }

    @Test(
        "gives a scheduled message of a fetching client its cursor when it is due, so that none is passed over",
        arguments: TestEngine.allCases)
    func scheduledPull(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let conversation = try await fixture.conversation("w", channel: .web)
            let due = fixture.now + .seconds(60)
            try await fixture.enqueue(conversation, "later", notBefore: due)
            try await fixture.enqueue(conversation, "now")
            func pull(after cursor: Int64) async throws -> [PullMessage] {
                try await fixture.store.read { try $0.pullMessages(conversation, after: cursor, limit: 10) }
            }
            let first = try await pull(after: 0)
            #expect(first.map(\.message.text) == ["now"])
            let cursor = try #require(first.last?.cursor)
            fixture.clock.set(due)
            _ = try await fixture.claimSends()
            #expect(try await pull(after: cursor).map(\.message.text) == ["later"])
        }
    }

    @Test("refuses bulk beyond its bound, never replies and safety", arguments: TestEngine.allCases)
    func bound(engine: TestEngine) async throws {
        var limits = StoreLimits()
        limits.waitingBulk = 3
        try await withStore(engine, limits: limits) { fixture in
            let conversation = try await fixture.conversation()
            var ids: [MessageID] = []
            for index in 0..<3 { ids.append(try await fixture.enqueue(conversation, "\(index)", lane: .bulk)) }
            await #expect(throws: StoreError.full(.bulk)) { try await fixture.enqueue(conversation, "3", lane: .bulk) }
            try await fixture.enqueue(conversation, "reply")
            try await fixture.enqueue(conversation, "help", lane: .safety)
            try await fixture.settle(ids[0], .accepted(externalID: nil))
            try await fixture.enqueue(conversation, "3", lane: .bulk)
            await #expect(throws: StoreError.full(.bulk)) { try await fixture.enqueue(conversation, "4", lane: .bulk) }
        }
    }

    @Test(
        "has at most one message of a conversation in flight, in order, under many senders and failures",
        arguments: TestEngine.allCases)
    func concurrentSenders(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let people = 6
            for index in 0..<10 {
                for person in 0..<people {
                    try await fixture.enqueue(try await fixture.conversation("p\(person)"), "\(index)")
                }
            }
            let sent = Flights()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<5 {
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(sender))
                        while sent.count < 10 * people {
                            for send in try await fixture.claimSends(3) {
                                #expect(sent.takeOff(send.conversation), "another is in flight")
                                await Task.yield()
                                let fails = random.next() % 4 == 0
                                sent.land(send.conversation, fails ? nil : send.message.text)
                                try await fixture.settle(
                                    send.id,
                                    fails ? .retry(at: fixture.now, code: "transient") : .accepted(externalID: nil))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(sent.perConversation.count == people)
            #expect(sent.perConversation.values.allSatisfy { $0 == (0..<10).map { "\($0)" } })
        }
    }
}
