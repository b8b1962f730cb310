import Channels
import Core
import FakeZalo
import Hummingbird
import Logging
import Pipeline
import Sealing
import Store
import Web

/// The program's web server over one store, without the rest of the pipeline: webhooks are proved, decoded, stored and
/// answered, and nothing takes what was stored. Beside them a route that reads a body and answers.
struct Door {
    let port: Int
    let store: Store

    static let zalo = ConnectionID("zalo")
    static let telegram = ConnectionID("telegram")
    static let telegramSecret = "bench-secret"

    static func zaloChannel(baseURL: String? = nil) throws -> any Channel {
        let known = FakeZalo.Settings()
        let settings = ChannelSettings(
            id: zalo, baseURL: baseURL,
            secrets: [
                "app_id": known.applicationID, "app_secret": known.applicationSecret, "oa_secret_key": known.oaSecretKey,
                "access_token": known.accessToken,
            ], options: ["sends_per_second": "1000000"])
        return try ChannelRegistry.make(.zaloOA, settings: settings)
    }

    static func channels() throws -> [ConnectionID: any Channel] {
        let settings = ChannelSettings(id: telegram, secrets: ["auth_token": "7:bench", "secret_token": telegramSecret])
        return [zalo: try zaloChannel(), telegram: try ChannelRegistry.make(.telegram, settings: settings)]
    }

    static func with<T: Sendable>(_ store: Store, _ body: (Door) async throws -> T) async throws -> T {
        var settings = WebSettings()
        settings.port = 0
        settings.connections = try channels()
        // As much room as a load may need that nobody takes away.
        let inbox = Inbox(store: store, clock: SystemClock(), arrivals: Signal()) { _ in .reply }
        let (addresses, found) = AsyncStream.makeStream(of: Int.self)
        let server = try WebServer(
            settings: settings, store: store, inbox: inbox, feed: Feed(), metrics: PrometheusMetrics(), clock: SystemClock(),
            logger: silent,
            routes: [
                Route(
                    "/noop",
                    [
                        .post: { request, _ in
                            _ = try await request.body.collect(upTo: 1 << 20)
                            return Response(status: .ok)
                        }
                    ])
            ], onListening: { found.yield($0.port) })
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        var iterator = addresses.makeAsyncIterator()
        guard let port = await iterator.next() else { throw Load.Failed(description: "the server does not listen") }
        return try await body(Door(port: port, store: store))
    }

    static let silent = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    /// Requests per second that only read a body and answer.
    func idleRate(_ bodies: [[UInt8]], connections: Int = Webhooks.connections) async throws -> Double {
        try await Load.saturate(
            port: port, requests: bodies.map { Load.request("/noop", headers: [("Content-Type", "application/json")], body: $0) },
            connections: connections)
    }
}

/// Makes webhook requests of two platforms, no two of them alike.
struct Webhooks {
    static let connections = 64

    private let zalo = FakeZalo()
    private var next = 0

    /// - Parameters:
    ///   - people: how many write in turn.
    ///   - first: number of the first person.
    mutating func zalo(_ count: Int, people: Int, first: Int = 770_000, text: String) async -> [(request: [UInt8], body: [UInt8])] {
        var made: [(request: [UInt8], body: [UInt8])] = []
        for index in 0..<count {
            next += 1
            let webhook = await zalo.says(text, user: "\(first + index % people)", messageID: "m\(next)")
            made.append((Load.request("/webhooks/zalo", headers: webhook.headers, body: webhook.body), webhook.body))
        }
        return made
    }

    mutating func telegram(_ count: Int, people: Int, path: String, text: String) -> [[UInt8]] {
        (0..<count).map { index in
            next += 1
            let person = 880_000 + index % people
            let body = """
                {"update_id":\(next),"message":{"message_id":\(next),"from":{"id":\(person),"is_bot":false,"first_name":"An",\
                "language_code":"vi"},"chat":{"id":\(person),"first_name":"An","type":"private"},\
                "date":\(SystemClock().now().milliseconds / 1_000),"text":"\(text)"}}
                """
            return Load.request(
                path,
                headers: [
                    ("Content-Type", "application/json"), ("X-Telegram-Bot-Api-Secret-Token", Door.telegramSecret),
                ], body: Array(body.utf8))
        }
    }
}
