import Channels
import Core
import Loopback
import Outbound
import Pipeline
import Programmes
import ServiceLifecycle
import Store
import Synchronization

/// The whole way of a message out: taken from the outbox under a lease, made into a request, performed, its answer read
/// and its outcome written down durably; beside a bare loop over libcurl's multi handle that sends the same requests.
extension Measure {
    private static let atOnce = 32

    static func dispatcher(_ engine: Engine) -> Measure {
        .rows("dispatcher ÷ bare curl, \(engine.rawValue)", whySkipped: { engine.whyNot }) { _ in
            let count = engine == .sqlite ? 3_000 : 1_000
            var rows: [Row] = []
            let quick = try Sink()
            defer { quick.stop() }
            rows.append(
                try await dispatch(
                    "dispatcher ÷ bare curl, HTTP/1.1, \(engine.rawValue)", engine, url: quick.url, authority: nil, count: count))
            if Nghttpd.isInstalled {
                let server = try Nghttpd(isVerbose: false)
                defer { server.stop() }
                let url = String(server.url.dropLast())
                rows.append(
                    try await dispatch(
                        "dispatcher ÷ bare curl, HTTP/2, \(engine.rawValue)", engine, url: url, authority: server.authority,
                        count: count))
            } else {
                rows.append(.skipped("dispatcher ÷ bare curl, HTTP/2, \(engine.rawValue)", Nghttpd.whySkipped))
            }
            // What platforms on the Internet take to answer is at least this.
            let slow = try Sink(delay: .milliseconds(30))
            defer { slow.stop() }
            rows.append(
                try await dispatch(
                    "dispatcher ÷ bare curl, platform answers after 30 ms, \(engine.rawValue)", engine, url: slow.url, authority: nil,
                    count: count))
            return rows
        }
    }

    private static func dispatch(
        _ name: String, _ engine: Engine, url: String, authority: String?, count: Int
    ) async throws -> Row {
        try await Place.with(engine) { place in
            let store = try place.open()
            let channel = EchoedChannel(base: try Door.zaloChannel(baseURL: url))
            try await Crowd.make(count, in: store)
            var configuration = CurlTransport.Configuration()
            configuration.allowsPlainHTTP = true
            configuration.additionalAuthoritiesFile = authority
            let connections = authority == nil ? atOnce : 1
            configuration.maximumConnectionsPerHost = connections
            guard case .calls(let calls) = channel.render(Crowd.message, to: Crowd.address(0), token: nil), let call = calls.first
            else { throw Load.Failed(description: "the message cannot be rendered") }
            let bareLoad = BareMulti.Load(
                url: call.url, body: call.body, requests: count, concurrency: atOnce, authority: authority,
                isMultiplexed: authority != nil, maximumConnections: connections)
            var pairs: [(ours: Double, bare: Double)] = []
            for round in 0...3 {
                try await Crowd.tellEverybody(in: store)
                let transport = CountingTransport(try CurlTransport(configuration))
                let ours = try await Crowd.drain(store, [Door.zalo: channel], transport, count: count, concurrency: atOnce)
                await transport.base.shutdown(grace: .zero)
                let began = ContinuousClock.now
                try await Load.offPool { try BareMulti.run(bareLoad) }
                let bare = Double(count) / began.duration(to: .now).inSeconds
                if round > 0 { pairs.append((ours, bare)) }
            }
            await store.close()
            return Row.of(name, unit: "messages/s, \(atOnce) at a time", rounds: pairs, goal: .ratioAtLeast(0.8))
        }
    }
}

/// People who can be written to, and messages that wait for them.
enum Crowd {
    static let message = OutboundMessage(text: "Nhà trường xin thông báo: lớp kỹ năng sống bắt đầu lúc 8 giờ thứ bảy. Trân trọng.")
    private static let account = "4100000000000000041"
    private static let page = 500

    static func address(_ index: Int) -> ConversationAddress {
        ConversationAddress(connection: Door.zalo, channel: .zaloOA, account: account, person: "\(770_000 + index)")
    }

    static func make(_ count: Int, in store: Store) async throws {
        try await store.write { tx in
            let rules = SendingRules(connections: [Door.zalo: .init(channel: .zaloOA, window: nil, isPull: false)])
            try tx.saveSendingRules(rules)
            _ = try tx.saveOrganisations(
                [OrganisationEntry(code: "TRUONG", name: "Trường thử", kind: .school)], now: SystemClock().now())
        }
        for start in stride(from: 0, to: count, by: page) {
            let people = (start..<min(start + page, count)).map { index in
                PersonEntry(
                    connection: Door.zalo, account: account, person: address(index).person, role: "parent", organisation: "TRUONG",
                    schoolClass: "6A")
            }
            try await store.write { tx in _ = try tx.addPeople(people, now: SystemClock().now()) }
        }
    }

    /// One reply to everybody into the outbox.
    static func tellEverybody(in store: Store) async throws {
        var after: Membership?
        while true {
            let from = after
            let some = try await store.read { tx in try tx.people(after: from, limit: page) }
            guard let last = some.last else { return }
            after = last.membership
            try await store.write { tx in
                for person in some {
                    try tx.enqueue(
                        OutboxDraft(
                            conversation: person.membership.conversation, lane: .reply, key: "common.greet", message: message),
                        now: SystemClock().now())
                }
            }
        }
    }

    /// Lets a dispatcher work until so many have been sent.
    ///
    /// - Returns: messages per second.
    static func drain(
        _ store: Store, _ channels: [ConnectionID: any Channel], _ transport: CountingTransport, count: Int, concurrency: Int
    ) async throws -> Double {
        let clock = SystemClock()
        let tokens = TokenKeeper(
            store: store, accounts: [], transport: transport, rescueDirectory: "/nonexistent", clock: clock, owner: "bench",
            logger: Door.silent)
        let dispatcher = Dispatcher(
            store: store, channels: channels, transport: transport, tokens: tokens, signals: Signals(), clock: clock,
            owner: "bench", logger: Door.silent, concurrency: concurrency)
        let began = ContinuousClock.now
        let working = Task { try await dispatcher.run() }
        while transport.count < count { try await Task.sleep(for: .milliseconds(2)) }
        let seconds = began.duration(to: .now).inSeconds
        // What was sent last is written down before the next round.
        try await Task.sleep(for: .milliseconds(500))
        working.cancel()
        _ = try? await working.value
        return Double(count) / seconds
    }
}

/// Performs calls and counts those that came to an end.
final class CountingTransport: Transport {
    let base: CurlTransport
    private let ended = Atomic(0)

    init(_ base: CurlTransport) { self.base = base }

    /// Over HTTP without TLS.
    static func plain() throws -> CountingTransport {
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = true
        configuration.maximumConnectionsPerHost = 32
        return CountingTransport(try CurlTransport(configuration))
    }

    var count: Int { ended.load(ordering: .relaxed) }

    func perform(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        defer { ended.add(1, ordering: .relaxed) }
        return try await base.perform(call)
    }
}

/// A channel whose platform may answer anything: the peer over HTTP/2 only echoes.
struct EchoedChannel: Channel {
    let base: any Channel

    var kind: ChannelKind { base.kind }
    var capability: Capability { base.capability }
    func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult { base.receive(request, at: now) }

    func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        base.render(message, to: address, token: token)
    }

    func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
        let report = base.read(result)
        if case .success(let answer) = result, answer.status == 200, report.outcome != .accepted {
            return DeliveryReport(.accepted)
        }
        return report
    }
}
