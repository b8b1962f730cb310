import Channels
import Core
import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSON
import Pipeline
import Sealing
import Store

/// The web chat's own interface: sessions, messages, events.
struct ChatRoutes: Sendable {
    private let connection: ConnectionID
    private let store: Store
    private let inbox: Inbox
    private let feed: Feed
    private let streams: EventStreams
    private let clock: any WallClock
    private let limits: WebLimits
    private let sources: SourceResolver
    private let newSessions: RateLimiter<IPAddress?>
    private let messages: RateLimiter<String>
    private let messagesOfSource: RateLimiter<IPAddress?>
    private let refusals: RateLimiter<IPAddress?>
    private let known: KnownSessions

    init(
        connection: ConnectionID, store: Store, inbox: Inbox, feed: Feed, streams: EventStreams,
        clock: any WallClock, limits: WebLimits, sources: SourceResolver
    ) {
        self.connection = connection
        self.store = store
        self.inbox = inbox
        self.feed = feed
        self.streams = streams
        self.clock = clock
        self.limits = limits
        self.sources = sources
        let remembered = limits.rememberedSources
        newSessions = RateLimiter(burst: limits.sessionBurst, interval: limits.sessionInterval, capacity: remembered)
        messages = RateLimiter(burst: limits.messageBurst, interval: limits.messageInterval, capacity: remembered)
        messagesOfSource = RateLimiter(
            burst: limits.sourceMessageBurst, interval: limits.sourceMessageInterval, capacity: remembered)
        known = KnownSessions(capacity: remembered)
        refusals = RateLimiter(burst: limits.refusalBurst, interval: limits.refusalInterval, capacity: remembered)
    }

    var routes: [Route] {
        [
            Route("/chat/sessions", hasOwnLimits: true, [.post: begin]),
            Route("/chat/sessions/{session}", hasOwnLimits: true, [.delete: end]),
            Route("/chat/sessions/{session}/messages", hasOwnLimits: true, [.post: send]),
            Route("/chat/sessions/{session}/events", answersHead: false, hasOwnLimits: true, [.get: events]),
        ]
    }

    // MARK: Sessions

    /// `{"language"}` or nothing → 201 `{"session", "token"}`. The token is never stored, only its hash.
    @Sendable private func begin(_ request: Request, _ context: WebContext) async throws -> Response {
        let now = clock.now()
        if let wait = newSessions.take(sources.source(of: request, context), at: now) {
            throw WebError.tooMany(wait)
        }
        let language = try Self.language(try await request.bodyBytes(upTo: limits.chatBodyBytes))
        let token = BearerToken.make()
        let hash = token.hash.bytes
        var random = SystemRandom()
        let session = IdentifierSource().make(ConversationID.self, at: now, random: &random).rawValue
        let address = address(of: session)
        try await store.write { tx in
            try tx.createWebSession(id: session, tokenHash: hash, language: language, now: now)
            _ = try tx.findOrCreateConversation(address, now: now)
        }
        known.remember(session)
        return .json(["session": JSONValue(session), "token": JSONValue(token.text)], status: .created)
    }

    private static func language(_ body: [UInt8]) throws -> Language {
        guard !body.isEmpty else { return .vietnamese }
        let code = try readable { () throws(JSONError) in
            try JSONValue(parsing: body, depth: 8).optionalString(at: "language") ?? Language.vietnamese.rawValue
        }
        guard (2...8).contains(code.utf8.count), code.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
            throw WebError.badField("language", "\"language\" must be a code such as vi or en.")
        }
        return Language(rawValue: code)
    }

    /// - Throws: 400 that names the field.
    private static func readable<Value>(_ read: () throws(JSONError) -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            let field = error.path.isEmpty ? nil : error.path
            throw WebError(.badRequest, error.code, error.message, field: field)
        }
    }

    /// Ends the session: its token is worth nothing from now on. What was written stays under the usual retention.
    @Sendable private func end(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try await session(of: request, context)
        let id = session.id
        try await store.write { tx in try tx.deleteWebSession(id) }
        known.forget(id)
        streams.end(id)
        return Response(status: .noContent)
    }

    // MARK: Messages

    /// 202 once the message is stored; the answer comes through the events.
    @Sendable private func send(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try await session(of: request, context)
        let now = clock.now()
        if let wait = messages.take(session.id, at: now) { throw WebError.tooMany(wait) }
        if let wait = messagesOfSource.take(sources.source(of: request, context), at: now) { throw WebError.tooMany(wait) }
        let body = try await request.bodyBytes(upTo: limits.chatBodyBytes)
        let input = try Self.readable { () throws(JSONError) in try WebDecoder.input(body) }
        let event = WebDecoder.event(input, .web, session: session.id, at: now)
        _ = try await inbox.accept([event], on: connection, channel: .web)
        return .json(["id": JSONValue(input.id)], status: .accepted)
    }

    // MARK: Events

    @Sendable private func events(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try await session(of: request, context)
        let cursor = try Self.cursor(of: request)
        let source = sources.source(of: request, context)
        if let refusal = streams.refusal(for: session.id, from: source) { throw refusal }
        let conversation = try await arrive(session, cursor: cursor)
        let body = EventStreamBody(
            store: store, feed: feed, streams: streams, limits: limits, session: session.id, source: source,
            conversation: conversation, start: cursor)
        var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        // Proxies that collect answers would hold the events back.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in try await body.write(to: &writer, request: request) })
    }

    /// Records that the client is here and has everything up to its cursor.
    private func arrive(_ session: WebSession, cursor: Int64) async throws -> ConversationID {
        let now = clock.now()
        let address = address(of: session.id)
        return try await store.write { tx in
            let conversation = try tx.findOrCreateConversation(address, now: now)
            try tx.touchWebSession(session.id, now: now)
            if cursor > 0 { try tx.acknowledgePull(conversation, upTo: cursor, now: now) }
            return conversation
        }
    }

    /// `Last-Event-ID`, else `?after=`, else from the beginning.
    private static func cursor(of request: Request) throws -> Int64 {
        let header = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let query = PercentCoding.pairs(ofQuery: request.uri.query)["after"]
        guard let text = header.flatMap({ $0.isEmpty ? nil : $0 }) ?? query, !text.isEmpty else { return 0 }
        guard let cursor = JSONNumber.int64(text), cursor >= 0 else {
            throw WebError.badField(
                header == nil ? "after" : "Last-Event-ID", "The cursor must be the id of an event.")
        }
        return cursor
    }

    // MARK: Who

    private func address(of session: String) -> ConversationAddress {
        ConversationAddress(connection: connection, channel: .web, account: "", person: session)
    }

    /// Behind one address there may be a whole school: who keeps guessing does not shut out those beside them.
    ///
    /// - Throws: 401 without the right token, 404 for an unknown session, 429 to who keeps guessing.
    private func session(of request: Request, _ context: WebContext) async throws -> WebSession {
        let source = sources.source(of: request, context)
        let wait = refusals.wait(for: source, at: clock.now())
        if let wait, !known.contains(context.captures.first ?? "") { throw WebError.tooMany(wait) }
        do {
            let session = try await authorized(request, context)
            known.remember(session.id)
            return session
        } catch let error as WebError {
            _ = refusals.take(source, at: clock.now())
            throw wait.map { .tooMany($0) } ?? error
        }
    }

    private func authorized(_ request: Request, _ context: WebContext) async throws -> WebSession {
        guard let token = WebSignature.bearerToken(in: request.headers[.authorization]) else {
            throw Self.unauthorized("The Authorization header must carry the session's token: Bearer …")
        }
        let id = context.captures.first ?? ""
        guard id.utf8.count <= 64, let session = try await store.read({ tx in try tx.webSession(id) }) else {
            throw WebError.notFound("There is no such session; begin a new one.")
        }
        guard TokenHash(bytes: session.tokenHash).matches(token) else {
            throw Self.unauthorized("The token does not belong to this session.")
        }
        return session
    }

    private static func unauthorized(_ message: String) -> WebError {
        var error = WebError(.unauthorized, "unauthorized", message)
        error.fields[.wwwAuthenticate] = "Bearer"
        return error
    }
}
