import Channels
import Core
import Logging
import Sealing
import Store
import Synchronization
import Testing

@testable import Pipeline

@Suite("The sender")
struct DispatcherTests {
    private static let connection = ConnectionID("zalo")

    /// A platform that keeps some people's calls until the end, and tells of each call that comes.
    private final class Platform: Transport {
        let calls: AsyncStream<String>
        private let seen: AsyncStream<String>.Continuation
        private let slow: String

        init(slow: String = "") {
            (calls, seen) = AsyncStream.makeStream(of: String.self)
            self.slow = slow
        }

        func perform(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
            seen.yield(call.url)
            if call.url.hasPrefix(slow + "/"), !slow.isEmpty {
                try? await Task.sleep(for: .seconds(86_400))
                throw .cancelled
            }
            return HTTPAnswer(status: 200)
        }
    }

    /// Each line of a text is a part.
    private struct Lines: Channel {
        var rate = 60.0
        var kind: ChannelKind { .zaloOA }
        var capability: Capability {
            Capability(
                maximumText: 100, textUnit: .characters, maximumButtons: 0, maximumButtonTitle: 0, window: nil, sendsPerSecond: rate,
                isThirdParty: true, checkedOn: "2026-11-24")
        }
        func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult { WebhookResult(status: 200) }
        func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
            .calls(message.text.split(separator: "\n").map { HTTPCall(method: .post, url: "\(address.person)/\($0)") })
        }
        func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
            if case .success = result { DeliveryReport(.accepted) } else { DeliveryReport(.transient) }
        }
    }

    private struct Stage: Sendable {
        let store: Store
        let signals = Signals()
        let clock = ManualClock(Instant(milliseconds: 1_764_000_000_000))

        init() throws { store = try Store.open(.temporary, keys: KeyRing(master: .random()), clock: clock) }

        func enqueue(_ person: String, _ text: String, _ lane: Lane) async throws {
            let now = clock.now()
            try await store.write { tx in
                let address = ConversationAddress(connection: connection, channel: .zaloOA, account: "oa", person: person)
                let conversation = try tx.findOrCreateConversation(address, now: now)
                try tx.enqueue(
                    OutboxDraft(conversation: conversation, lane: lane, key: "k", message: OutboundMessage(text: text)), now: now)
            }
            signals.departures.notify()
        }

        func dispatcher(_ platform: Platform, rate: Double = 60) -> Dispatcher {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return Dispatcher(
                store: store, channels: [connection: Lines(rate: rate)], transport: platform,
                tokens: TokenKeeper(
                    store: store, accounts: [], transport: platform, rescueDirectory: "/nowhere", clock: clock, owner: "d", logger: logger),
                signals: signals, clock: clock, owner: "d", logger: logger, concurrency: 1)
        }
    }

    @Test("safety does not wait until a slow platform has taken what is less urgent", .timeLimit(.minutes(5)))
    func safety() async throws {
        let stage = try Stage()
        let platform = Platform(slow: "an")
        var calls = platform.calls.makeAsyncIterator()
        try await stage.enqueue("an", "tin", .bulk)
        let dispatcher = stage.dispatcher(platform)
        let running = Task { try await dispatcher.run() }
        #expect(await calls.next() == "an/tin")
        try await stage.enqueue("chi", "trả lời", .reply)
        try await stage.enqueue("binh", "113", .safety)
        #expect(await calls.next() == "binh/113")
        running.cancel()
        try await running.value
        await stage.store.close()
    }

    @Test("each part of a message counts for the rate of the account", .timeLimit(.minutes(5)))
    func parts() async throws {
        let stage = try Stage()
        let platform = Platform()
        var calls = platform.calls.makeAsyncIterator()
        // One in a hundred seconds, and one at once.
        let dispatcher = stage.dispatcher(platform, rate: 0.01)
        try await stage.enqueue("an", "một\nhai", .reply)
        let running = Task { try await dispatcher.run() }
        #expect(await calls.next() == "an/một")
        let due = stage.clock.now() + .seconds(100)
        while try await stage.store.read({ tx in try tx.nextSendDue(channels: [.zaloOA]) }) != due { await Task.yield() }
        stage.clock.advance(by: .seconds(100))
        stage.signals.departures.notify()
        #expect(await calls.next() == "an/hai")
        running.cancel()
        try await running.value
        await stage.store.close()
    }
}
