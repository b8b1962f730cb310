import Core
import JSON
import Loopback
import Synchronization

/// Everything the fake platform knows; used by the threads of its connections and by tests.
final class TelegramWorld: Sendable {
    /// What happens to a connection after a request.
    struct Reply {
        enum Pace {
            case atOnce
            case after(Duration)
            case whenReleased(Gate)
        }

        var status: Int
        var body: String
        var isPage = false
        var pace = Pace.atOnce
    }

    enum Standing: Equatable {
        case open, neverStarted, blocked, deactivated, kicked
        case migrated(to: Int64)
    }

    struct Facts {
        var messages: [FakeTelegram.Message] = []
        /// Calls of any method that were read whole, by method.
        var calls: [String: Int] = [:]
        /// Refusals by the platform's words; scripted ones are not among them.
        var refusals: [String: Int] = [:]
        /// Messages for a chat that had been told to wait longer.
        var tooEarly = 0
        var answeredPresses: [String: Int] = [:]
    }

    /// Which calls a script meets.
    enum Aim: Hashable {
        case sends
        case chat(Int64)
        case method(String)
    }

    struct State {
        var facts = Facts()
        var webhook: CallRules.Webhook?
        var standings: [Int64: Standing] = [:]
        var lastMessageID: [Int64: Int64] = [:]
        var openPresses: Set<String> = []
        var faults: [Aim: [FakeTelegram.Fault]] = [:]
        var notBefore: [Int64: Instant] = [:]
        var sentAt: [Instant] = []
        var held: [Gate] = []
        var pending = 0
        var lastError: (at: Instant, words: String)?
        var failedTries = 0
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher = 0
        var nextUpdate: Int64 = 880_000_000
    }

    let settings: FakeTelegram.Settings
    private let state = Mutex(State())

    init(_ settings: FakeTelegram.Settings) { self.settings = settings }

    var now: Instant { settings.clock.now() }

    func with<Result: Sendable>(_ body: (inout State) -> Result) -> Result { state.withLock { body(&$0) } }

    var facts: Facts { with { $0.facts } }

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
            let type = reply.isPage ? "text/html" : "application/json"
            guard peer.answer(reply.body, status: "\(reply.status) Status", headers: "Content-Type: \(type)\r\n") else { return }
        }
    }

    private func takeFaultBeforeReading() -> Bool {
        with { state in
            guard state.faults[.sends]?.first == .closedBeforeReading else { return false }
            state.faults[.sends]?.removeFirst()
            return true
        }
    }

    /// Nil closes the connection without an answer.
    private func answer(_ request: LoopbackRequest) -> Reply? {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard request.method == "POST", parts.count == 3, parts[1].hasPrefix("bot") else {
            return Reply(status: 404, body: "<html>404</html>", isPage: true)
        }
        let token = String(parts[1].dropFirst(3))
        let method = String(parts[2])
        return with { state in
            state.facts.calls[method, default: 0] += 1
            guard token == settings.token else {
                let isToken = token.split(separator: ":").first.map { $0.allSatisfy(\.isNumber) } ?? false
                return refuse(isToken ? Refusal(401, "Unauthorized") : Refusal(404, "Not Found"), &state)
            }
            guard let body = Self.body(of: request) else { return refuse(.bad("can't parse the request as JSON"), &state) }
            return faulty(method, body, &state)
        }
    }

    /// A call without parameters may have no body.
    private static func body(of request: LoopbackRequest) -> JSONObject? {
        if request.body.isEmpty { return JSONObject() }
        let type = request.header("content-type")?.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } }
        guard type == "application/json" else { return nil }
        return (try? JSONValue(parsing: request.body, depth: 32))?.objectValue
    }

    private func faulty(_ method: String, _ body: JSONObject, _ state: inout State) -> Reply? {
        let chat = body["chat_id"]?.int64Value
        var aims: [Aim] = [.method(method)]
        if method.hasPrefix("send") { aims = [chat.map(Aim.chat) ?? .method(method), .method(method), .sends] }
        guard let aim = aims.first(where: { !(state.faults[$0] ?? []).isEmpty }), let fault = state.faults[aim]?.removeFirst() else {
            return act(method, body, &state)
        }
        switch fault {
        case .refused(let code, let words, let migrateTo):
            let parameters = migrateTo.map { JSONObject(["migrate_to_chat_id": .number(JSONNumber($0))]) }
            return Self.reply(Refusal(code, words, parameters: parameters))
        case .throttled(let seconds):
            if let chat { state.notBefore[chat] = now + .seconds(seconds) }
            return Self.reply(.throttled(seconds))
        case .status(let status):
            return Reply(status: status, body: "<html>\(status)</html>", isPage: true)
        case .closedBeforeReading, .closedAfterReading:
            return nil
        case .closedAfterActing:
            _ = act(method, body, &state)
            return nil
        case .notJSON(let acted):
            if acted { _ = act(method, body, &state) }
            return Reply(status: 200, body: "<html>xin chờ</html>", isPage: true)
        case .delayed(let delay):
            var reply = act(method, body, &state)
            reply.pace = .after(delay)
            return reply
        case .held:
            var reply = act(method, body, &state)
            let gate = Gate()
            state.held.append(gate)
            reply.pace = .whenReleased(gate)
            return reply
        }
    }

    // MARK: Methods

    /// Performs a call, also one that stands in the answer to an update.
    func act(_ method: String, _ body: JSONObject, _ state: inout State) -> Reply {
        do throws(Refusal) {
            let result: JSONValue =
                switch method {
                case "sendMessage": try send(try CallRules.message(body), &state)
                case "sendPhoto": try send(try CallRules.photo(body), &state)
                case "editMessageText": try edit(try CallRules.edit(body), &state)
                case "answerCallbackQuery": try answerPress(try CallRules.pressAnswer(body), &state)
                case "getMe": me
                case "setWebhook": set(try CallRules.webhook(body), &state)
                case "deleteWebhook": deleteWebhook(&state)
                case "getWebhookInfo": webhookInfo(state)
                case "getUpdates": try updates(state)
                default: throw Refusal(404, "Not Found: method not found")
                }
            let answer: JSONValue = ["ok": true, "result": result]
            return Reply(status: 200, body: answer.compactText)
        } catch {
            return refuse(error, &state)
        }
    }

    private func refuse(_ refusal: Refusal, _ state: inout State) -> Reply {
        state.facts.refusals[refusal.description, default: 0] += 1
        return Self.reply(refusal)
    }

    private static func reply(_ refusal: Refusal) -> Reply {
        var answer = JSONObject([
            "ok": false, "error_code": .number(JSONNumber(refusal.code)), "description": .string(refusal.description),
        ])
        if let parameters = refusal.parameters { answer["parameters"] = .object(parameters) }
        return Reply(status: refusal.code, body: JSONValue.object(answer).compactText)
    }

    private func send(_ outgoing: CallRules.Outgoing, _ state: inout State) throws(Refusal) -> JSONValue {
        let now = now
        let chat = outgoing.chat
        switch state.standings[chat] {
        case nil: throw .bad("chat not found")
        case .open: break
        case .neverStarted: throw Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        case .blocked: throw Refusal(403, "Forbidden: bot was blocked by the user")
        case .deactivated: throw Refusal(403, "Forbidden: user is deactivated")
        case .kicked: throw Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        case .migrated(let to): throw .migrated(to: to)
        }
        if let until = state.notBefore[chat], now < until {
            state.facts.tooEarly += 1
            throw .throttled(Int((until.since(now).wholeMilliseconds + 999) / 1_000))
        }
        if let limit = settings.sendsPerSecond {
            state.sentAt.removeAll { now.since($0) >= .seconds(1) }
            if state.sentAt.count >= limit { throw .throttled(1) }
            state.sentAt.append(now)
        }
        let id = nextMessageID(chat, &state)
        state.facts.messages.append(
            FakeTelegram.Message(
                chat: chat, id: id, text: outgoing.text, photo: outgoing.photo, buttons: outgoing.buttons, at: now))
        for watcher in state.watchers.values { watcher.yield() }
        return [
            "message_id": .number(JSONNumber(id)), "from": me, "chat": Self.chat(chat),
            "date": .number(JSONNumber(now.milliseconds / 1_000)), "text": .string(outgoing.text),
        ]
    }

    private func edit(_ edit: CallRules.Edit, _ state: inout State) throws(Refusal) -> JSONValue {
        guard let index = state.facts.messages.firstIndex(where: { $0.chat == edit.chat && $0.id == edit.message }) else {
            throw .bad("message to edit not found")
        }
        if state.facts.messages[index].text == edit.text {
            throw .bad("message is not modified: specified new message content and reply markup are exactly the same")
        }
        state.facts.messages[index].text = edit.text
        return true
    }

    private func answerPress(_ id: String, _ state: inout State) throws(Refusal) -> JSONValue {
        guard state.openPresses.remove(id) != nil else {
            throw .bad("query is too old and response timeout expired or query ID is invalid")
        }
        state.facts.answeredPresses[id, default: 0] += 1
        for watcher in state.watchers.values { watcher.yield() }
        return true
    }

    private func set(_ webhook: CallRules.Webhook, _ state: inout State) -> JSONValue {
        state.webhook = webhook.url.isEmpty ? nil : webhook
        if webhook.dropsPending { state.pending = 0 }
        state.lastError = nil
        return true
    }

    private func deleteWebhook(_ state: inout State) -> JSONValue {
        state.webhook = nil
        return true
    }

    private func webhookInfo(_ state: State) -> JSONValue {
        var info = JSONObject([
            "url": .string(state.webhook?.url ?? ""), "has_custom_certificate": false,
            "pending_update_count": .number(JSONNumber(state.pending)),
        ])
        if let webhook = state.webhook { info["max_connections"] = .number(JSONNumber(webhook.connections)) }
        if let updates = state.webhook?.updates { info["allowed_updates"] = .array(updates.map(JSONValue.string)) }
        if let error = state.lastError {
            info["last_error_date"] = .number(JSONNumber(error.at.milliseconds / 1_000))
            info["last_error_message"] = .string(error.words)
        }
        return .object(info)
    }

    private func updates(_ state: State) throws(Refusal) -> JSONValue {
        if state.webhook != nil {
            throw Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        }
        return []
    }

    private var me: JSONValue {
        [
            "id": .number(JSONNumber(settings.botID)), "is_bot": true, "first_name": "Nhịp Cầu thử",
            "username": .string(settings.username),
        ]
    }

    static func chat(_ id: Int64) -> JSONValue {
        id < 0
            ? ["id": .number(JSONNumber(id)), "title": "Phụ huynh 6A", "type": "supergroup"]
            : ["id": .number(JSONNumber(id)), "first_name": "Mẫu", "type": "private"]
    }

    /// Counts in each chat, whoever writes.
    func nextMessageID(_ chat: Int64, _ state: inout State) -> Int64 {
        let id = (state.lastMessageID[chat] ?? 0) + 1
        state.lastMessageID[chat] = id
        return id
    }

    // MARK: Watching

    /// Yields after each accepted message and answered press. End it with ``unwatch(_:)``.
    func watch() -> (id: Int, changes: AsyncStream<Void>) {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return with { state in
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = continuation
            return (state.nextWatcher, changes)
        }
    }

    func unwatch(_ id: Int) { with { state in state.watchers[id] = nil } }

    func releaseHeld() {
        let gates = with { state in
            defer { state.held = [] }
            return state.held
        }
        for gate in gates { gate.open() }
    }
}
