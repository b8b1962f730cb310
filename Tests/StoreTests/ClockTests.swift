import Core
import Programmes
@testable import Store
import Testing

/// The machine's clock is put forward and back by hours while work is under way.
@Suite("A clock that jumps")
struct ClockTests {
    private static let hours = Duration.seconds(7 * 3600)

    /// What a conversation gives to a worker, and whether its event still awaits its effect.
    private func handle(_ fixture: StoreFixture, owner: String) async throws -> Int {
        var handled = 0
        for claimed in try await fixture.claim(owner: owner) {
            for event in claimed.events {
                let now = fixture.now
                try await fixture.store.write { transaction in
                    guard try transaction.beginEvent(event.id) else { return }
                    try transaction.apply([.count(metric: "m", label: "l")], in: claimed.conversation, event: event.id, now: now)
                    try transaction.finishEvent(event.id, now: now)
                }
                handled += 1
            }
            try await fixture.release(claimed.conversation, owner: owner)
        }
        return handled
    }

    @Test("forward: leases end early, who had them does no harm", arguments: TestEngine.allCases)
    func forward(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1"))
            let first = try #require(try await fixture.claim(owner: "slow").first)
            fixture.clock.advance(by: Self.hours)
            #expect(try await handle(fixture, owner: "other") == 1)
            let event = try #require(first.events.first)
            #expect(try await fixture.store.write { try $0.beginEvent(event.id) } == false)
            try await fixture.release(first.conversation, owner: "slow")
            try await fixture.accept(fixture.incoming("2"))
            #expect(try await handle(fixture, owner: "other") == 1)
            #expect(try await fixture.store.read { try $0.inboxDepth() } == InboxDepth(waiting: 0, failed: 0))
        }
    }

    @Test("back: leases and waits that no clock here could have given end at once", arguments: TestEngine.allCases)
    func back(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            // Taken by somebody who dies, and a send that is under way, while the clock was ahead.
            fixture.clock.advance(by: Self.hours)
            try await fixture.accept(fixture.incoming("1", from: "an"))
            let conversation = try await fixture.conversation("binh")
            let message = try await fixture.enqueue(conversation, "xin chào")
            #expect(try await fixture.claim(owner: "dead").count == 1)
            #expect(try await fixture.claimSends().map(\.id) == [message])
            fixture.clock.advance(by: .zero - Self.hours)
            #expect(try await handle(fixture, owner: "other") == 0)
            let now = fixture.now
            let freed = try await fixture.store.write(.queue) { try $0.releaseImpossibleLeases(now: now) }
            #expect(freed == 2)
            #expect(try await handle(fixture, owner: "other") == 1)
            #expect(try await fixture.claimSends().map(\.id) == [message])
            #expect(try await fixture.store.write(.queue) { try $0.releaseImpossibleLeases(now: now) } == 0, "true leases stay")
            #expect(try await fixture.claimSends().isEmpty)
            // What is asked for while the clock is back is done, too.
            try await fixture.accept(fixture.incoming("2", from: "an"))
            #expect(try await handle(fixture, owner: "other") == 1)
        }
    }
}
