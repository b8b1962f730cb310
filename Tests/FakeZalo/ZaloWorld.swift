import Core
import Crypto
import JSON
import Loopback
import Synchronization

/// Everything the fake platform knows; used by the threads of its connections and by tests.
final class ZaloWorld: Sendable {
    /// What happens to a connection after a request.
    struct Reply {
        enum Pace {
            case atOnce
            case after(Duration)
            case whenReleased(Gate)
        }

        var status = "200 OK"
        var headers: [(name: String, value: String)] = []
        var body: String
        var pace = Pace.atOnce
    }

    struct Facts {
        var messages: [ReceivedMessage] = []
        /// Calls to any endpoint that were read whole.
        var requests = 0
        /// Refusals of messages by number.
        var refusals: [Int: Int] = [:]
    }

    private struct State {
        var tokens: TokenDesk
        var facts = Facts()
        var lastInteraction: [String: Instant] = [:]
        var blocked: Set<String> = []
        var messageFaults: [Fault] = []
        var tokenFaults: [Fault] = []
        var held: [Gate] = []
        var minute: Int64 = 0
        var callsInMinute = 0
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher = 0
    }

    let settings: FakeZalo.Settings
    private let state: Mutex<State>

    init(_ settings: FakeZalo.Settings) {
        self.settings = settings
        state = Mutex(State(tokens: TokenDesk(settings, now: settings.clock.now())))
    }

    var now: Instant { settings.clock.now() }

    // MARK: Connections

    /// Serves one connection until somebody closes it.
    func serve(_ peer: Peer) {
        while peer.waitUntilReadable() {
            if takeFaultBeforeReading() {
                peer.resetOnClose()
                return
            }
            guard let request = peer.readRequest(), let reply = answer(request) else { return }
            switch reply.pace {
            case .atOnce: break
            case .after(let delay): Gate().wait(for: delay)
            case .whenReleased(let gate): gate.wait()
            }
            let headers = reply.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
            guard peer.answer(reply.body, status: reply.status, headers: headers) else { return }
        }
    }

    private func takeFaultBeforeReading() -> Bool {
        state.withLock { state in
            if state.messageFaults.first == .closedBeforeReading {
                state.messageFaults.removeFirst()
                return true
            }
            if state.tokenFaults.first == .closedBeforeReading {
                state.tokenFaults.removeFirst()
                return true
            }
            return false
        }
    }

    /// Nil closes the connection without an answer.
    private func answer(_ request: LoopbackRequest) -> Reply? {
        state.withLock { state in
            state.facts.requests += 1
            switch (request.method, request.path) {
            case ("POST", "/v3.0/oa/message/cs"):
                return faulty(&state, \.messageFaults) { state in message(request, &state) }
            case ("POST", "/v4/oa/access_token"):
                return faulty(&state, \.tokenFaults) { state in exchange(request, &state) }
            case ("POST", "/v2.0/oa/message"):
                return Self.refuse(Refusal(-240, "this version is no longer supported"))
            case ("POST", "/v3.0/oa/message/transaction"), ("POST", "/v3.0/oa/message/promotion"):
                return Self.refuse(Refusal(-233, "message type is no longer supported"))
            default:
                return Reply(status: "404 Not Found", headers: Self.page, body: "<html>404</html>")
            }
        }
    }

    private func faulty(
        _ state: inout State, _ queue: WritableKeyPath<State, [Fault]>, _ act: (inout State) -> Reply
    ) -> Reply? {
        guard !state[keyPath: queue].isEmpty else { return act(&state) }
        switch state[keyPath: queue].removeFirst() {
        case .status(let number, let seconds):
            let pause = seconds.map { [(name: "Retry-After", value: "\($0)")] } ?? []
            return Reply(status: "\(number) Fault", headers: Self.page + pause, body: "<html>\(number)</html>")
        case .error(let number):
            return Self.refuse(Refusal(number, "scripted"))
        case .closedBeforeReading, .closedAfterReading:
            return nil
        case .closedAfterActing:
            _ = act(&state)
            return nil
        case .notJSON(let acted):
            if acted { _ = act(&state) }
            return Reply(headers: Self.page, body: "<html>xin chờ</html>")
        case .delayed(let delay):
            var reply = act(&state)
            reply.pace = .after(delay)
            return reply
        case .held:
            var reply = act(&state)
            let gate = Gate()
            state.held.append(gate)
            reply.pace = .whenReleased(gate)
            return reply
        }
    }

    // MARK: Calls

    private func message(_ request: LoopbackRequest, _ state: inout State) -> Reply {
        let now = now
        var reply: Reply
        do throws(Refusal) {
            try count(&state, now)
            reply = Self.success(try accept(request, &state, now))
        } catch {
            state.facts.refusals[error.number, default: 0] += 1
            reply = Self.refuse(error)
        }
        reply.headers += [
            ("X-RateLimit-Limit", "\(settings.callsPerMinute)"),
            ("X-RateLimit-Remain", "\(max(0, settings.callsPerMinute - state.callsInMinute))"),
        ]
        return reply
    }

    private func count(_ state: inout State, _ now: Instant) throws(Refusal) {
        let minute = now.milliseconds / 60_000
        if minute != state.minute {
            state.minute = minute
            state.callsInMinute = 0
        }
        state.callsInMinute += 1
        if state.callsInMinute > settings.callsPerMinute { throw Refusal(-32, "Rate limit exceeded") }
    }

    private func accept(
        _ request: LoopbackRequest, _ state: inout State, _ now: Instant
    ) throws(Refusal) -> JSONValue {
        let token = request.header("access_token")
        try state.tokens.check(token, now: now)
        if settings.requiresProof, request.header("appsecret_proof") != proof(of: token ?? "") {
            throw Refusal(-242, "appsecret_proof is invalid")
        }
        guard Self.mediaType(request) == "application/json" else { throw .parameter("content type is not JSON") }
        var message = try MessageRules.read(request.body)
        if state.blocked.contains(message.user) { throw Refusal(-244, "User has blocked this message type") }
        guard let last = state.lastInteraction[message.user] else {
            throw Refusal(-213, "User has not interacted with the OA")
        }
        let silence = now.since(last)
        if silence > .seconds(7 * 86_400) { throw Refusal(-230, "User has not interacted in the past 7 days") }
        message.isBilled = silence > .seconds(2 * 86_400)
        if message.isBilled, !settings.hasMoney { throw Refusal(-321, "ZCA is out of money") }

        message.messageID = Self.messageID(state.facts.messages.count)
        message.at = now
        state.facts.messages.append(message)
        for watcher in state.watchers.values { watcher.yield() }
        return [
            "message_id": .string(message.messageID), "user_id": .string(message.user),
            "sent_time": .string("\(now.milliseconds)"),
            "quota": ["quota_type": "reply", "owner_type": "OA", "owner_id": .string(settings.oaID)],
        ]
    }

    private func exchange(_ request: LoopbackRequest, _ state: inout State) -> Reply {
        do throws(Refusal) {
            guard Self.mediaType(request) == "application/x-www-form-urlencoded",
                let form = FormBody.parse(request.body)
            else { throw Refusal(-14001, "Invalid parameters") }
            let pair = try state.tokens.exchange(secret: request.header("secret_key"), form: form, now: now)
            return Reply(headers: Self.json, body: pair.compactText)
        } catch {
            let answer: JSONValue = [
                "error": .number(JSONNumber(error.number)), "error_name": .string(error.message),
                "error_reason": .string(error.message), "ref_doc": "", "error_description": .string(error.message),
            ]
            return Reply(headers: Self.json, body: answer.compactText)
        }
    }

    private static func success(_ data: JSONValue) -> Reply {
        let answer: JSONValue = ["error": 0, "message": "Success", "data": data]
        return Reply(headers: json, body: answer.compactText)
    }

    private static func refuse(_ refusal: Refusal) -> Reply {
        let answer: JSONValue = ["error": .number(JSONNumber(refusal.number)), "message": .string(refusal.message)]
        return Reply(headers: json, body: answer.compactText)
    }

    private static let json = [(name: "Content-Type", value: "application/json;charset=utf-8")]
    private static let page = [(name: "Content-Type", value: "text/html")]

    private static func mediaType(_ request: LoopbackRequest) -> String? {
        request.header("content-type")?.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } }
    }

    private static func messageID(_ number: Int) -> String {
        var random = SeededRandom(seed: UInt64(truncatingIfNeeded: number))
        let digits = String(random.next(), radix: 16)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    private func proof(of token: String) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(settings.applicationSecret.utf8)))
        code.update(data: Array(token.utf8))
        return Self.hexadecimal(code.finalize())
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: Tests

    var facts: Facts { state.withLock { $0.facts } }

    func tokens() -> TokenDesk { state.withLock { $0.tokens } }

    func expireAccess() {
        let now = now
        state.withLock { $0.tokens.expireAccess(now: now) }
    }

    func script(messages: [Fault], tokens: [Fault]) {
        state.withLock { state in
            state.messageFaults += messages
            state.tokenFaults += tokens
        }
    }

    func pendingFaults() -> Int { state.withLock { $0.messageFaults.count + $0.tokenFaults.count } }

    func setLastInteraction(of user: String, at instant: Instant?) {
        state.withLock { $0.lastInteraction[user] = instant }
    }

    func setBlocked(_ user: String, _ isBlocked: Bool) {
        state.withLock { state in
            if isBlocked { state.blocked.insert(user) } else { state.blocked.remove(user) }
        }
    }

    func releaseHeld() {
        let gates = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for gate in gates { gate.open() }
    }

    /// Yields after each accepted message. End it with ``unwatch(_:)``.
    func watch() -> (id: Int, changes: AsyncStream<Void>) {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return state.withLock { state in
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = continuation
            return (state.nextWatcher, changes)
        }
    }

    func unwatch(_ id: Int) { state.withLock { state in state.watchers[id] = nil } }
}
