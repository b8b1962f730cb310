import Channels
import Core
import FakeZalo
import Outbound

/// A fake platform, the channel that speaks to it and the transport between them.
struct World {
    static let person = "7700000000000000123"
    static let start = Instant(milliseconds: 1_795_000_000_000)

    let platform: FakeZalo
    let channel: ZaloOAChannel
    let transport: CurlTransport
    let clock: ManualClock
    let url: String

    /// Sends one message as the channel renders it and reads the answers.
    func send(_ message: OutboundMessage, to person: String = person, token: String) async -> [DeliveryReport] {
        let address = ConversationAddress(
            connection: ConnectionID("zalo"), channel: .zaloOA, account: platform.settings.oaID, person: person)
        guard case .calls(let calls) = channel.render(message, to: address, token: token) else { return [] }
        var reports: [DeliveryReport] = []
        for call in calls { reports.append(channel.read(await result(call))) }
        return reports
    }

    func send(_ text: String, token: String = "access-1") async -> DeliveryReport? {
        await send(OutboundMessage(text: text), token: token).last
    }

    func result(_ call: HTTPCall) async -> Result<HTTPAnswer, TransportFailure> {
        do throws(TransportFailure) {
            return .success(try await transport.perform(call))
        } catch {
            return .failure(error)
        }
    }

    /// A message body of the test's own, with the first token and the right headers.
    func post(
        _ body: String, path: String = "/v3.0/oa/message/cs",
        headers: [(name: String, value: String)] = [
            ("access_token", "access-1"), ("Content-Type", "application/json"),
        ]
    ) async throws -> HTTPAnswer {
        try await transport.perform(
            HTTPCall(method: .post, url: url + path, headers: headers, body: Array(body.utf8)))
    }
}

/// The person has just written; the clock stands still.
func withWorld(
    _ change: (inout FakeZalo.Settings) -> Void = { _ in }, _ body: (World) async throws -> Void
) async throws {
    let clock = ManualClock(World.start)
    var settings = FakeZalo.Settings()
    settings.clock = clock
    change(&settings)
    let platform = FakeZalo(settings)
    let url = try await platform.start()
    await platform.setLastInteraction(of: World.person, at: World.start)
    var configuration = CurlTransport.Configuration()
    configuration.allowsPlainHTTP = true
    let transport = try CurlTransport(configuration)
    let channel = ZaloOAChannel(
        ChannelSettings(
            id: ConnectionID("zalo"), baseURL: url, tokenURL: url,
            secrets: [
                "app_id": settings.applicationID, "app_secret": settings.applicationSecret,
                "oa_secret_key": settings.oaSecretKey,
            ], options: settings.requiresProof ? ["appsecret_proof": "true"] : [:]))
    let world = World(platform: platform, channel: channel, transport: transport, clock: clock, url: url)
    do {
        try await body(world)
    } catch {
        await transport.shutdown(grace: .zero)
        await platform.stop()
        throw error
    }
    await transport.shutdown(grace: .zero)
    await platform.stop()
}
