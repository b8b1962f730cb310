package import Core
package import JSON
import Loopback

/// Telegram's Bot API on loopback, as strict as the real one: for tests that go from end to end.
///
/// Serves `POST /bot{token}/{method}` on a free port, keeps the rules of tokens, chats, limits and message shapes, and
/// answers errors with the platform's codes and words. Delivers what people do to the webhook that was set, in order
/// for each chat, again and again until it is taken. Records what it accepted and misbehaves when told to.
package actor FakeTelegram {
    /// A wait that ended before its condition held.
    package struct TimedOut: Error, CustomStringConvertible {
        package var wanted: String
        package var messages: [Message]
        package var refusals: [String: Int]

        package var description: String {
            "waited for \(wanted), the platform has \(messages.count) messages: "
                + messages.map { "\($0.chat): \($0.text)" }.joined(separator: " | ") + "; refused: \(refusals)"
        }
    }

    /// Nothing that was sent to the person has this button.
    package struct NoSuchButton: Error, CustomStringConvertible {
        package var title: String
        package var shown: [String]
        package var description: String { "there is no button “\(title)”; there are \(shown)" }
    }

    package nonisolated let settings: Settings
    private nonisolated let world: TelegramWorld
    private let transport: any Transport
    private var server: LoopbackServer?
    private var routes: [(from: String, to: String)] = []
    private var lanes = ChatLanes()

    /// - Parameter transport: carries updates to the webhook; must be allowed plain HTTP.
    package init(_ settings: Settings = Settings(), transport: any Transport) {
        self.settings = settings
        self.transport = transport
        world = TelegramWorld(settings)
    }

    // MARK: Running

    /// - Returns: ``baseURL``.
    @discardableResult
    package func start() throws -> String {
        if server == nil { server = try LoopbackServer { [world] peer in world.serve(peer) } }
        return baseURL
    }

    /// Closes the port and every connection. What was recorded stays.
    package func stop() {
        world.releaseHeld()
        server?.stop()
        server = nil
    }

    /// For `base_url`; empty before ``start()``.
    package var baseURL: String { server?.url ?? "" }

    /// Addresses of webhooks that begin with `publicURL` lead to `local`, as a proxy would make them.
    package func route(_ publicURL: String, to local: String) {
        routes.removeAll { $0.from == publicURL }
        routes.append((publicURL, local))
    }

    // MARK: Persons

    /// The person's standing without anything being delivered: one who never opened the conversation.
    package func knows(_ person: Int64) { world.with { $0.standings[person] = .neverStarted } }

    /// The person has opened the conversation, long ago: may be written to.
    package func admits(_ person: Int64) { world.with { $0.standings[person] = .open } }

    package func deactivates(_ person: Int64) { world.with { $0.standings[person] = .deactivated } }

    package func kicks(from group: Int64) { world.with { $0.standings[group] = .kicked } }

    package func migrates(_ group: Int64, to other: Int64) { world.with { $0.standings[group] = .migrated(to: other) } }

    /// Opens the conversation, with what stands behind `?start=` of a link.
    @discardableResult
    package func starts(_ person: Int64, parameter: String? = nil) async throws -> Delivery {
        try await says("/start" + (parameter.map { " " + $0 } ?? ""), person)
    }

    /// A person writes in the private chat.
    @discardableResult
    package func says(_ text: String, _ person: Int64) async throws -> Delivery {
        try await deliver(message(["text": .string(text)], person))
    }

    /// The update of a text, not delivered yet.
    package func message(_ content: JSONValue, _ person: Int64, in chat: Int64? = nil) -> Update {
        let chat = chat ?? person
        let id = world.with { state in
            if state.standings[chat] == nil || state.standings[chat] == .neverStarted { state.standings[chat] = .open }
            return world.nextMessageID(chat, &state)
        }
        var message = frame(person, chat)
        message["message_id"] = .number(JSONNumber(id))
        for member in content.objectValue?.members ?? [] { message[member.key] = member.value }
        return update("message", .object(message), chat)
    }

    /// The number of the last message in a chat, whoever wrote it.
    package func lastMessageID(in chat: Int64) -> Int64 { world.with { $0.lastMessageID[chat] ?? 0 } }

    /// A person changes what they had written.
    @discardableResult
    package func edits(_ message: Int64, to text: String, _ person: Int64) async throws -> Delivery {
        var edited = frame(person, person)
        edited["message_id"] = .number(JSONNumber(message))
        edited["edit_date"] = seconds
        edited["text"] = .string(text)
        return try await deliver(update("edited_message", .object(edited), person))
    }

    /// A person presses the newest button with this title.
    ///
    /// - Throws: ``NoSuchButton``.
    @discardableResult
    package func presses(_ title: String, _ person: Int64) async throws -> Delivery {
        try await deliver(try press(title, person))
    }

    /// The update of a press, not delivered yet. Its id is answered at most once.
    package func press(_ title: String, _ person: Int64) throws -> Update {
        let sent = received(by: person)
        guard let message = sent.last(where: { $0.buttons.contains { $0.text == title } }),
            let button = message.buttons.first(where: { $0.text == title })
        else { throw NoSuchButton(title: title, shown: sent.flatMap { $0.buttons.map(\.text) }) }
        var shown = frame(settings.botID, person)
        shown["message_id"] = .number(JSONNumber(message.id))
        shown["text"] = .string(message.text)
        shown["reply_markup"] = [
            "inline_keyboard": .array(
                message.buttons.map { [["text": .string($0.text), "callback_data": .string($0.data)]] })
        ]
        let id = world.with { state in
            let id = "\(5_000_000_000_000_000 + state.nextUpdate)"
            state.openPresses.insert(id)
            return id
        }
        return update(
            "callback_query",
            [
                "id": .string(id), "from": Self.user(person), "message": .object(shown), "chat_instance": "-77",
                "data": .string(button.data),
            ], person)
    }

    /// A person blocks the bot: what is sent is refused from now on.
    @discardableResult
    package func blocks(_ person: Int64) async throws -> Delivery {
        world.with { $0.standings[person] = .blocked }
        return try await deliver(membership(person, from: "member", to: "kicked"))
    }

    @discardableResult
    package func unblocks(_ person: Int64) async throws -> Delivery {
        world.with { $0.standings[person] = .open }
        return try await deliver(membership(person, from: "kicked", to: "member"))
    }

    private func membership(_ person: Int64, from old: String, to new: String) -> Update {
        var change = frame(person, person)
        let bot: JSONValue = ["id": .number(JSONNumber(settings.botID)), "is_bot": true]
        change["old_chat_member"] = ["user": bot, "status": .string(old)]
        change["new_chat_member"] = ["user": bot, "status": .string(new), "until_date": 0]
        return update("my_chat_member", .object(change), person)
    }

    private func frame(_ person: Int64, _ chat: Int64) -> JSONObject {
        JSONObject(["from": Self.user(person), "chat": TelegramWorld.chat(chat), "date": seconds])
    }

    private var seconds: JSONValue { .number(JSONNumber(world.now.milliseconds / 1_000)) }

    private static func user(_ id: Int64) -> JSONValue {
        ["id": .number(JSONNumber(id)), "is_bot": false, "first_name": "Mẫu", "language_code": "vi"]
    }

    private func update(_ name: String, _ value: JSONValue, _ chat: Int64) -> Update {
        let id = world.with { state in
            state.nextUpdate += 1
            return state.nextUpdate
        }
        var body = JSONObject(["update_id": .number(JSONNumber(id))])
        body[name] = value
        return Update(id: id, chat: chat, name: name, body: JSONValue.object(body).compactBytes)
    }

    // MARK: Delivering

    /// Delivers an update to the webhook until it is taken with a 2xx; those of one chat go after one another.
    ///
    /// Without a webhook, or for a kind that was not asked for, nothing is delivered and no status comes back. A wait
    /// that the answer asks for is kept to. May be called again with the same update, as after a lost answer.
    /// - Throws: ``TimedOut`` when it was not taken in time.
    @discardableResult
    package func deliver(_ update: Update) async throws -> Delivery {
        guard let webhook = world.with({ $0.webhook }) else { return Delivery(statuses: []) }
        if let updates = webhook.updates, !updates.contains(update.name) { return Delivery(statuses: []) }
        await withCheckedContinuation { lanes.enterOrWait(update.chat, $0) }
        defer { lanes.leave(update.chat) }
        world.with { $0.pending += 1 }
        defer { world.with { $0.pending -= 1 } }
        return try await tryUntilTaken(update, webhook)
    }

    private func tryUntilTaken(_ update: Update, _ webhook: CallRules.Webhook) async throws -> Delivery {
        let deadline = ContinuousClock.now + settings.patience
        var delivery = Delivery(statuses: [])
        var wait = settings.firstRetry
        while true {
            let answer = await attempt(update, webhook)
            delivery.statuses.append(answer?.status ?? 0)
            if let answer, (200..<300).contains(answer.status) {
                delivery.method = performAnswer(answer)
                return delivery
            }
            let words = answer.map { "Wrong response from the webhook: \($0.status)" } ?? "Connection refused"
            world.with { [now = world.now] state in
                state.lastError = (now, words)
                state.failedTries += 1
            }
            let asked = answer?.headers["retry-after"].flatMap { Int($0) }.map { Duration.seconds(min($0, 3_600)) }
            guard ContinuousClock.now < deadline else {
                throw TimedOut(wanted: "update \(update.id) to be taken: \(delivery.statuses)", messages: messages, refusals: refusals)
            }
            try await Task.sleep(for: asked ?? wait)
            wait = min(wait * 2, settings.longestRetry)
        }
    }

    private func attempt(_ update: Update, _ webhook: CallRules.Webhook) async -> HTTPAnswer? {
        var url = webhook.url
        if let route = routes.first(where: { url.hasPrefix($0.from) }) { url = route.to + url.dropFirst(route.from.count) }
        var headers = [(name: "Content-Type", value: "application/json")]
        if let secret = webhook.secret { headers.append(("X-Telegram-Bot-Api-Secret-Token", secret)) }
        return try? await transport.perform(
            HTTPCall(method: .post, url: url, headers: headers, body: update.body, deadline: .seconds(20)))
    }

    /// An answer may carry one call of a method; its result comes back to nobody.
    private func performAnswer(_ answer: HTTPAnswer) -> String? {
        guard let body = (try? JSONValue(parsing: answer.body))?.objectValue, let method = body["method"]?.stringValue else {
            return nil
        }
        var call = JSONObject()
        for member in body.members where member.key != "method" { call[member.key] = member.value }
        world.with { state in _ = world.act(method, call, &state) }
        return method
    }

    // MARK: Faults

    /// Appends to the faults that meet the next messages, one each, in order of arrival.
    package func script(_ faults: Fault...) { world.with { $0.faults[.sends, default: []] += faults } }

    /// Appends to the faults that meet the next messages to one chat.
    package func script(for chat: Int64, _ faults: Fault...) { world.with { $0.faults[.chat(chat), default: []] += faults } }

    /// Appends to the faults that meet the next calls of a method.
    package func script(method: String, _ faults: Fault...) { world.with { $0.faults[.method(method), default: []] += faults } }

    /// Faults that have met nobody yet.
    package var pendingFaults: Int { world.with { $0.faults.values.reduce(0) { $0 + $1.count } } }

    /// Answers that were held back are sent.
    package func releaseHeld() { world.releaseHeld() }

    // MARK: Records

    /// All accepted messages in their order.
    package var messages: [Message] { world.facts.messages }

    package func received(by person: Int64) -> [Message] { world.facts.messages.filter { $0.chat == person } }

    /// Refused calls by the platform's words; scripted faults are not among them.
    package var refusals: [String: Int] { world.facts.refusals }

    /// Messages to a chat that had been told to wait longer.
    package var tooEarly: Int { world.facts.tooEarly }

    /// Calls that were read whole, by method.
    package func calls(of method: String) -> Int { world.facts.calls[method] ?? 0 }

    /// Presses that were answered, and how often.
    package var answeredPresses: [String: Int] { world.facts.answeredPresses }

    /// Tries to deliver an update that were not taken.
    package var failedTries: Int { world.with { $0.failedTries } }

    /// The address that was set; nil when none is.
    package var webhookURL: String? { world.with { $0.webhook?.url } }

    /// Messages that are one too many: the same text to the same chat more than once.
    package func duplicates() -> [String] {
        Dictionary(grouping: messages) { "\($0.chat): \($0.text)" }.filter { $0.value.count > 1 }.keys.sorted()
    }

    /// The messages to a person as soon as there are `count` of them.
    ///
    /// - Throws: ``TimedOut`` after `deadline`; `CancellationError` when the task is cancelled.
    @discardableResult
    package func waitForMessages(
        to person: Int64, count: Int, deadline: Duration = .seconds(60)
    ) async throws -> [Message] {
        let world = world
        let watcher = world.watch()
        defer { world.unwatch(watcher.id) }
        let found = await withTaskGroup(of: [Message]?.self) { group in
            group.addTask {
                let now = world.facts.messages.filter { $0.chat == person }
                if now.count >= count { return now }
                for await _ in watcher.changes {
                    let now = world.facts.messages.filter { $0.chat == person }
                    if now.count >= count { return now }
                }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if let found { return found }
        try Task.checkCancellation()
        throw TimedOut(wanted: "\(count) messages to \(person)", messages: messages, refusals: refusals)
    }
}
