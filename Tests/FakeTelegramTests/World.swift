import Channels
import Core
import FakeTelegram
import JSON
import Loopback
import Outbound
import Synchronization

/// A fake platform, the channel that speaks to it, and a program in between that answers with whatever a test says.
struct World {
    static let person: Int64 = 4_503_599_627_370_001
    static let secret = "Bi_mat-thu"
    static let start = Instant(milliseconds: 1_795_500_000_000)

    let platform: FakeTelegram
    let channel: TelegramChannel
    let api: TelegramAPI
    let transport: CurlTransport
    let clock: ManualClock
    let url: String

    /// Sends one message as the channel renders it and reads the answers.
    @discardableResult
    func send(_ message: OutboundMessage, to person: Int64 = person) async -> [DeliveryReport] {
        let address = ConversationAddress(
            connection: ConnectionID("telegram"), channel: .telegram, account: "7000000001", person: "\(person)")
        guard case .calls(let calls) = channel.render(message, to: address, token: nil) else { return [] }
        var reports: [DeliveryReport] = []
        for call in calls { reports.append(channel.read(await result(call))) }
        return reports
    }

    @discardableResult
    func send(_ text: String, to person: Int64 = person) async -> DeliveryReport? {
        await send(OutboundMessage(text: text), to: person).last
    }

    func result(_ call: HTTPCall) async -> Result<HTTPAnswer, TransportFailure> {
        do throws(TransportFailure) { return .success(try await transport.perform(call)) } catch { return .failure(error) }
    }

    /// A call of the test's own.
    func post(
        _ method: String, _ body: String, token: String? = nil, type: String = "application/json"
    ) async throws -> JSONValue {
        let answer = try await transport.perform(
            HTTPCall(
                method: .post, url: "\(url)/bot\(token ?? platform.settings.token)/\(method)", headers: [("Content-Type", type)],
                body: Array(body.utf8)))
        return try JSONValue(parsing: answer.body)
    }

    /// Sets the webhook as our program does.
    func connect(to publicURL: String = "https://bot.example.edu.vn") async throws {
        let url = try TelegramWebhook.address(publicURL: publicURL, connection: ConnectionID("telegram"))
        guard let call = api.setWebhook(url: url, secret: Self.secret, connections: 40, dropsPending: false) else { return }
        _ = try api.result(of: await result(call)).get()
    }
}

/// What our program took, and how it refuses first.
final class Program: Sendable {
    private struct State {
        var refusals: [(status: Int, retryAfter: Int?)] = []
        var events: [InboundEvent] = []
    }

    private let state = Mutex(State())

    /// The next requests are refused so, one each.
    func refuse(_ status: Int, retryAfter: Int? = nil) { state.withLock { $0.refusals.append((status, retryAfter)) } }

    var events: [InboundEvent] { state.withLock { $0.events } }

    /// Serves one connection: each update goes through the channel.
    func serve(_ peer: Peer, _ channel: TelegramChannel, _ clock: ManualClock) {
        while let request = peer.readRequest() {
            let refusal = state.withLock { $0.refusals.isEmpty ? nil : $0.refusals.removeFirst() }
            if let refusal {
                let wait = refusal.retryAfter.map { "Retry-After: \($0)\r\n" } ?? ""
                guard peer.answer("{}", status: "\(refusal.status) Status", headers: wait) else { return }
                continue
            }
            let headers = Dictionary(request.headers.map { ($0.name, $0.value) }) { $1 }
            let result = channel.receive(
                WebhookRequest(method: request.method, path: request.path, headers: headers, body: request.body), at: clock.now())
            state.withLock { $0.events += result.events }
            guard peer.answer(result.body, status: "\(result.status) Status", headers: "Content-Type: application/json\r\n") else { return }
        }
    }
}

/// The person has opened the conversation, the webhook is set and leads to our program; the clock stands still.
func withWorld(
    _ change: (inout FakeTelegram.Settings) -> Void = { _ in }, _ body: (World, Program) async throws -> Void
) async throws {
    let clock = ManualClock(World.start)
    var settings = FakeTelegram.Settings()
    settings.clock = clock
    settings.firstRetry = .milliseconds(1)
    change(&settings)
    var configuration = CurlTransport.Configuration()
    configuration.allowsPlainHTTP = true
    let transport = try CurlTransport(configuration)
    let platform = FakeTelegram(settings, transport: transport)
    let url = try await platform.start()
    let channelSettings = ChannelSettings(
        id: ConnectionID("telegram"), baseURL: url, secrets: ["auth_token": settings.token, "secret_token": World.secret])
    let channel = TelegramChannel(channelSettings)
    let program = Program()
    let server = try LoopbackServer { program.serve($0, channel, clock) }
    await platform.route("https://bot.example.edu.vn", to: server.url)
    await platform.admits(World.person)
    let world = World(
        platform: platform, channel: channel, api: TelegramAPI(channelSettings), transport: transport, clock: clock, url: url)
    let outcome: Result<Void, any Error>
    do {
        try await world.connect()
        try await body(world, program)
        outcome = .success(())
    } catch { outcome = .failure(error) }
    await transport.shutdown(grace: .zero)
    await platform.stop()
    server.stop()
    try outcome.get()
}
