import Core
import Sealing
import Store
import Testing

@Suite("The inbox")
struct InboxTests {
    @Test("stores an event once, whatever comes again", arguments: TestEngine.allCases)
    func duplicates(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let first = try await fixture.accept(fixture.incoming("1"), fixture.incoming("2"), fixture.incoming("1"))
            #expect(first == Acceptance(accepted: 2, duplicates: 1))
            let second = try await fixture.accept(fixture.incoming("2", text: "khác"), fixture.incoming("3"))
            #expect(second == Acceptance(accepted: 1, duplicates: 1))
            #expect(try await fixture.store.read { try $0.inboxDepth() }.waiting == 3)
        }
    }

    @Test("takes the same key of another connection for another event", arguments: TestEngine.allCases)
    func keysBelongToConnections(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            var other = fixture.incoming("1")
            other.connection = ConnectionID("other")
            try await fixture.accept(fixture.incoming("1"), other)
            #expect(try await fixture.claim().count == 2)
        }
    }

    @Test("stores an event once when it comes many times at the same time", arguments: TestEngine.allCases)
    func concurrentDuplicates(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<200 {
                    group.addTask { try await fixture.accept(fixture.incoming("\(index % 20)")).accepted }
                }
                return try await group.reduce(0, +)
            }
            #expect(accepted == 20)
            #expect(try await fixture.store.read { try $0.counts() }.events == 20)
        }
    }

    @Test("records what names no person or is ignored as done, without a conversation", arguments: TestEngine.allCases)
    func personless(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let receipt = fixture.incoming("1", from: "", kind: .status)
            let ignored = fixture.incoming("2", kind: .ignored)
            #expect(try await fixture.accept(receipt, ignored).accepted == 2)
            #expect(try await fixture.accept(receipt).duplicates == 1)
            #expect(try await fixture.claim().isEmpty)
            let counts = try await fixture.store.read { try $0.counts() }
            #expect(counts.events == 2 && counts.conversations == 0)
        }
    }

    @Test(
        "hands out a conversation's events by platform time, then arrival, then place in the batch",
        arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            try await fixture.accept(
                fixture.incoming("late", at: now + .seconds(5)), fixture.incoming("a"), fixture.incoming("b"),
                fixture.incoming("c"))
            for key in ["d", "e", "f"] { try await fixture.accept(fixture.incoming(key)) }
            try await fixture.accept(fixture.incoming("early", at: now - .seconds(5)))
            let claimed = try await fixture.claim()
            #expect(claimed.count == 1)
            #expect(
                claimed.first?.events.map(\.event.deduplicationKey) == ["early", "a", "b", "c", "d", "e", "f", "late"])
        }
    }

    @Test("gives back exactly the event that came in", arguments: TestEngine.allCases)
    func fidelity(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            var incoming = fixture.incoming("1", text: "Thứ bảy này có lớp học bơi không ạ? 🏊", at: fixture.now)
            incoming.event.attachments = [Attachment(kind: .image, url: "https://example.test/a.jpg")]
            incoming.event.payload = "#yes"
            incoming.event.relatedIDs = ["x", "y"]
            try await fixture.accept(incoming)
            let stored = try #require(try await fixture.claim().first)
            #expect(stored.events.first?.event == incoming.event)
            #expect(stored.events.first?.receivedAt == fixture.now)
            #expect(stored.address == fixture.address("an"))
        }
    }

    @Test(
        "hands out conversations with a safety event first, then those that have waited longest",
        arguments: TestEngine.allCases)
    func lanes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for (index, person) in ["first", "second", "third"].enumerated() {
                try await fixture.accept(fixture.incoming("\(index)", from: person))
                fixture.clock.advance(by: .seconds(1))
            }
            try await fixture.accept(fixture.incoming("s", from: "third", lane: .safety))
            #expect(try await fixture.claim().map(\.address.person) == ["third", "first", "second"])
        }
    }

    @Test(
        "lets one worker at a time have a conversation, until it is released or the lease ends",
        arguments: TestEngine.allCases)
    func leases(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1"))
            let claimed = try #require(try await fixture.claim(owner: "a").first)
            try await fixture.accept(fixture.incoming("2"), fixture.incoming("s", lane: .safety))
            #expect(try await fixture.claim(owner: "b").isEmpty)
            try await fixture.release(claimed.conversation, owner: "b")
            #expect(try await fixture.claim(owner: "b").isEmpty, "only the owner may release")
            try await fixture.release(claimed.conversation, owner: "a")
            #expect(try await fixture.claim(owner: "b").first?.events.count == 3)
            fixture.clock.advance(by: .seconds(60))
            #expect(try await fixture.claim(owner: "c").first?.events.count == 3)
            try await fixture.release(claimed.conversation, owner: "b")
            #expect(try await fixture.claim(owner: "d").isEmpty, "an outlived lease cannot end its successor's")
        }
    }

    @Test("never hands one conversation to two of many workers", arguments: TestEngine.allCases)
    func concurrentClaims(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for index in 0..<40 { try await fixture.accept(fixture.incoming("\(index)", from: "p\(index)")) }
            let claimed = try await withThrowingTaskGroup(of: [ConversationID].self) { group in
                for worker in 0..<20 {
                    group.addTask { try await fixture.claim(3, owner: "w\(worker)").map(\.conversation) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 40)
            #expect(Set(claimed).count == 40)
        }
    }

    @Test("hands out at most sixteen events of a conversation at once", arguments: TestEngine.allCases)
    func portions(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for index in 0..<20 { try await fixture.accept(fixture.incoming("\(index)")) }
            let claimed = try #require(try await fixture.claim().first)
            #expect(claimed.events.count == 16)
            let now = fixture.now
            try await fixture.store.write { for event in claimed.events { try $0.finishEvent(event.id, now: now) } }
            try await fixture.release(claimed.conversation)
            #expect(try await fixture.claim().first?.events.count == 4)
        }
    }

    @Test("says once that an event is to be handled", arguments: TestEngine.allCases)
    func beginning(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1"))
            let id = try #require(try await fixture.claim().first?.events.first?.id)
            let now = fixture.now
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await fixture.store.write { transaction in
                            guard try transaction.beginEvent(id) else { return false }
                            try transaction.finishEvent(id, now: now)
                            return true
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter(\.self).count == 1)
            #expect(try await fixture.store.write { try $0.beginEvent(EventID("unknown")) } == false)
        }
    }

    @Test("forgets a conversation's place in the queue when nothing waits any more", arguments: TestEngine.allCases)
    func emptied(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1"))
            let claimed = try #require(try await fixture.claim().first)
            let now = fixture.now
            try await fixture.store.write { for event in claimed.events { try $0.finishEvent(event.id, now: now) } }
            // The worker dies here: no release.
            fixture.clock.advance(by: .seconds(61))
            #expect(try await fixture.claim().isEmpty)
            let depth = try await fixture.store.read { try $0.inboxDepth() }
            #expect(depth == InboxDepth(waiting: 0, oldestWaiting: nil, failed: 0))
        }
    }

    @Test(
        "retries a failing event later and later, parks it after five failures, and goes on with the rest",
        arguments: TestEngine.allCases)
    func failures(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("bad"), fixture.incoming("good"))
            var waits: [Duration] = []
            var isParked = false
            while !isParked {
                let claimed = try await fixture.claim()
                guard let first = claimed.first?.events.first, let conversation = claimed.first?.conversation else {
                    fixture.clock.advance(by: .seconds(1))
                    waits[waits.count - 1] += .seconds(1)
                    continue
                }
                #expect(first.event.deduplicationKey == "bad")
                #expect(first.attempts == waits.count)
                waits.append(.zero)
                isParked = try await fixture.store.write { [now = fixture.now] in
                    try $0.failEvent(first.id, reason: "handler_crashed", now: now)
                }
                try await fixture.release(conversation)
            }
            #expect(waits == [.zero, .seconds(1), .seconds(5), .seconds(25), .zero])
            #expect(try await fixture.claim().first?.events.map(\.event.deduplicationKey) == ["good"])
            let depth = try await fixture.store.read { try $0.inboxDepth() }
            #expect(depth.failed == 1 && depth.waiting == 1)
            let failed = try #require(try await fixture.store.read { try $0.failedEvents(limit: 5) }.first)
            #expect(failed.reason == "handler_crashed")
            let now = fixture.now
            try await fixture.store.write { try $0.retryFailedEvent(failed.id, now: now) }
            await #expect(throws: StoreError.missing("failed event")) {
                try await fixture.store.write { try $0.retryFailedEvent(failed.id, now: now) }
            }
            fixture.clock.advance(by: .seconds(61))
            #expect(try await fixture.claim().first?.events.map(\.event.deduplicationKey) == ["bad", "good"])
        }
    }

    @Test("lets a safety event end a back-off", arguments: TestEngine.allCases)
    func safetyEndsBackOff(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("bad"))
            for _ in 0..<2 {
                let claimed = try #require(try await fixture.claim().first)
                let id = try #require(claimed.events.first?.id)
                _ = try await fixture.store.write { [now = fixture.now] in
                    try $0.failEvent(id, reason: "x", now: now)
                }
                try await fixture.release(claimed.conversation)
            }
            try await fixture.accept(fixture.incoming("more"))
            #expect(try await fixture.claim().isEmpty)
            try await fixture.accept(fixture.incoming("help", lane: .safety))
            #expect(try await fixture.claim().first?.events.count == 3)
        }
    }

    @Test("refuses everything beyond its bound and stores nothing of it", arguments: TestEngine.allCases)
    func bound(engine: TestEngine) async throws {
        var limits = StoreLimits()
        limits.waitingEvents = 5
        try await withStore(engine, limits: limits) { fixture in
            for index in 0..<5 { try await fixture.accept(fixture.incoming("\(index)")) }
            await #expect(throws: StoreError.full(.inbox)) { try await fixture.accept(fixture.incoming("5")) }
            #expect(try await fixture.store.read { try $0.counts() }.events == 5)
            #expect(StoreError.full(.inbox).isRetryable)
            let claimed = try #require(try await fixture.claim().first)
            let now = fixture.now
            try await fixture.store.write { try $0.finishEvent(claimed.events[0].id, now: now) }
            try await fixture.accept(fixture.incoming("5"))
            await #expect(throws: StoreError.full(.inbox)) { try await fixture.accept(fixture.incoming("6")) }
        }
    }

    @Test("counts against its bound what was waiting before a restart", arguments: TestEngine.allCases)
    func boundAfterRestart(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for index in 0..<3 { try await fixture.accept(fixture.incoming("\(index)")) }
            await fixture.store.close()
            var limits = StoreLimits()
            limits.waitingEvents = 3
            let again = try fixture.reopen(limits: limits)
            let next = fixture.incoming("3")
            let now = fixture.now
            await #expect(throws: StoreError.full(.inbox)) {
                try await again.write { try $0.acceptEvents([next], now: now) }
            }
            await again.close()
        }
    }

    @Test("keeps text with U+0000 apart from the text before it", arguments: TestEngine.allCases)
    func nul(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let odd = fixture.incoming("k\u{0}1", from: "an\u{0}other", text: "a\u{0}b")
            #expect(try await fixture.accept(odd, fixture.incoming("k")).accepted == 2)
            let claimed = try await fixture.claim()
            #expect(Set(claimed.map(\.address.person)) == ["an", "another"])
            #expect(claimed.flatMap(\.events).contains { $0.event.text == "a\u{0}b" })
        }
    }

    @Test("remembers when the person last wrote, but no future and no receipt", arguments: TestEngine.allCases)
    func lastInbound(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            try await fixture.accept(fixture.incoming("1", at: now - .seconds(30)))
            let id = try #require(try await fixture.claim().first?.conversation)
            func last() async throws -> Instant? {
                try await fixture.store.read { try $0.conversation(id) }?.lastInboundAt
            }
            #expect(try await last() == now - .seconds(30))
            try await fixture.accept(
                fixture.incoming("2", kind: .status), fixture.incoming("3", at: now - .seconds(90)))
            #expect(try await last() == now - .seconds(30))
            try await fixture.accept(fixture.incoming("4", at: now + .seconds(3600)))
            #expect(try await last() == now)
        }
    }
}
