import Channels
import Core
import JSON
import Logging
import Pipeline
import Sealing
import ServiceLifecycle
import Store
import Synchronization

@testable import Web

/// A real server on a free port over a real, temporary database.
struct RunningServer: Sendable {
    let store: Store
    let feed: Feed
    let clock: ManualClock
    let metrics: PrometheusMetrics
    let channel: StubChannel
    let addresses: WebServer.Addresses
    let log: LogLines
    let group: ServiceGroup
    /// Opens the cases of this server.
    let duty: SealingPrivateKey

    static let zalo = ConnectionID("zalo")
    static let web = ConnectionID("web")

    /// Runs `body` beside the server and shuts the server down afterwards.
    static func run(
        store limits: StoreLimits = StoreLimits(), hasReporters: Bool = true, routes: [Route] = [], notReady: [String] = [],
        configure: (inout WebSettings) -> Void = { _ in }, _ body: (RunningServer) async throws -> Void
    ) async throws {
        let clock = ManualClock(Instant(milliseconds: 1_795_000_000_000))
        let keys = KeyRing(master: .random())
        let store = try Store.open(.temporary, keys: keys, clock: clock, limits: limits)
        let feed = Feed()
        let metrics = PrometheusMetrics()
        let channel = StubChannel()
        let log = LogLines()
        var settings = WebSettings()
        settings.port = 0
        settings.connections = [zalo: channel]
        settings.webChat = web
        settings.limits.streamPoll = .milliseconds(20)
        settings.limits.mailboxCost = .forTests
        settings.limits.mailboxAnswerStep = .zero
        configure(&settings)
        let (listening, continuation) = AsyncStream.makeStream(of: WebServer.Addresses.self)
        let logger = Logger(label: "test") { _ in log.handler }
        let server = try WebServer(
            settings: settings, store: store, keys: hasReporters ? keys : nil,
            inbox: Inbox(store: store, clock: clock, arrivals: Signal(), laneOf: { _ in .reply }), feed: feed,
            metrics: metrics, clock: clock, logger: logger, routes: routes, readiness: { notReady },
            onListening: {
                continuation.yield($0)
                continuation.finish()
            })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
            }
            if let addresses = await listening.first(where: { _ in true }) {
                try await body(
                    RunningServer(
                        store: store, feed: feed, clock: clock, metrics: metrics, channel: channel,
                        addresses: addresses, log: log, group: group, duty: .make()))
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
        await store.close()
    }

    // MARK: Asking

    func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> RawConnection.Answer {
        try await RawConnection.to(addresses.port) { connection in
            try await connection.request(method, path, headers: headers, body: body.map { Array($0.utf8) })
        }
    }

    func webhook(_ body: String, signature: String = "good") async throws -> RawConnection.Answer {
        try await request("POST", "/webhooks/zalo", headers: [("X-Signature", signature)], body: body)
    }

    // MARK: Chat

    struct Session: Sendable {
        let id: String
        let token: String
        var headers: [(String, String)] { [("Authorization", "Bearer \(token)")] }
        var path: String { "/chat/sessions/\(id)" }
    }

    func beginSession() async throws -> Session {
        let answer = try await request("POST", "/chat/sessions")
        let value = try JSONValue(parsing: answer.body)
        return Session(id: try value.string(at: "session"), token: try value.string(at: "token"))
    }

    func send(_ body: String, in session: Session) async throws -> RawConnection.Answer {
        try await request("POST", session.path + "/messages", headers: session.headers, body: body)
    }

    /// Puts answers into the outbox as the pipeline does; does not wake anybody.
    @discardableResult
    func answer(_ texts: [String], in session: Session) async throws -> [MessageID] {
        let address = ConversationAddress(connection: Self.web, channel: .web, account: "", person: session.id)
        let now = clock.now()
        return try await store.write { tx in
            let conversation = try tx.findOrCreateConversation(address, now: now)
            return try texts.map { text in
                let buttons = [Button(title: "Có", payload: "#yes")]
                return try tx.enqueue(
                    OutboxDraft(
                        conversation: conversation, lane: .reply, key: "test",
                        message: OutboundMessage(text: text, buttons: buttons)), now: now)
            }
        }
    }

    func conversation(of session: Session) async throws -> ConversationID? {
        let address = ConversationAddress(connection: Self.web, channel: .web, account: "", person: session.id)
        return try await store.read { tx in try tx.findConversation(address) }
    }

    func waiting() async throws -> Int { try await store.read { tx in try tx.inboxDepth().waiting } }
}

/// What was logged, as text with its metadata.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var handler: Handler { Handler(lines: self) }

    struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let words = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(words)") }
        }
    }
}
