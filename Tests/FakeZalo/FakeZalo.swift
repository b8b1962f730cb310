package import Core
import Crypto
package import JSON
import Loopback

/// A Zalo Open API on loopback, as strict as the real one: for tests that go from end to end.
///
/// Serves `POST /v3.0/oa/message/cs` and `POST /v4/oa/access_token` on a free port, keeps the rules of tokens,
/// windows, limits and message shapes, and answers errors with HTTP 200 and the platform's numbers. Records what it
/// accepted and misbehaves when told to.
package actor FakeZalo {
    /// A wait that ended before its condition held.
    package struct TimedOut: Error, CustomStringConvertible {
        package var wanted: Int
        package var messages: [ReceivedMessage]
        package var refusals: [Int: Int]

        package var description: String {
            "waited for \(wanted) messages, the platform has \(messages.count): "
                + messages.map { "\($0.user): \($0.text)" }.joined(separator: " | ")
                + "; refused by number: \(refusals)"
        }
    }

    package nonisolated let settings: Settings
    private nonisolated let world: ZaloWorld
    private var server: LoopbackServer?
    private var address = ""

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        world = ZaloWorld(settings)
    }

    // MARK: Running

    /// - Returns: ``baseURL``.
    @discardableResult
    package func start() throws -> String {
        if server == nil {
            let server = try LoopbackServer { [world] peer in world.serve(peer) }
            self.server = server
            address = server.url
        }
        return address
    }

    /// Closes the port and every connection. What was recorded stays.
    package func stop() {
        world.releaseHeld()
        server?.stop()
        server = nil
    }

    /// For `base_url` and `token_url` alike, without a slash at the end; empty before ``start()``.
    package var baseURL: String { address }

    /// Connections that were opened to it since ``start()``.
    package var connections: Int { server?.accepted ?? 0 }

    // MARK: Persons

    /// Nil makes the person one who never wrote to the account. Without this nobody may be written to.
    package func setLastInteraction(of user: String, at instant: Instant?) {
        world.setLastInteraction(of: user, at: instant)
    }

    package func setBlocked(_ user: String, _ isBlocked: Bool = true) { world.setBlocked(user, isBlocked) }

    /// A person writes: opens the person's window and gives the signed webhook request for our server.
    package func says(_ text: String, user: String, messageID: String) -> Webhook {
        event(user: user, name: "user_send_text", message: ["msg_id": .string(messageID), "text": .string(text)])
    }

    /// A person follows the account.
    package func follows(user: String) -> Webhook {
        world.setLastInteraction(of: user, at: world.now)
        return sign([
            "oa_id": .string(settings.oaID), "follower": ["id": .string(user)], "event_name": "follow",
            "source": "oa_profile", "app_id": .string(settings.applicationID),
            "timestamp": .string("\(world.now.milliseconds)"),
        ])
    }

    private func event(user: String, name: String, message: JSONValue) -> Webhook {
        let now = world.now
        world.setLastInteraction(of: user, at: now)
        return sign([
            "app_id": .string(settings.applicationID), "user_id_by_app": .string("55" + user),
            "event_name": .string(name), "sender": ["id": .string(user)],
            "recipient": ["id": .string(settings.oaID)], "message": message,
            "timestamp": .string("\(now.milliseconds)"),
        ])
    }

    /// Any event of the account, signed as Zalo signs it.
    package func sign(_ event: JSONValue) -> Webhook {
        let body = event.compactBytes
        var hash = SHA256()
        hash.update(data: Array(settings.applicationID.utf8))
        hash.update(data: body)
        hash.update(data: Array((event["timestamp"]?.stringValue ?? "").utf8))
        hash.update(data: Array(settings.oaSecretKey.utf8))
        return Webhook(
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "ZaloWebhook"),
                ("X-ZEvent-Signature", "mac=" + ZaloWorld.hexadecimal(hash.finalize())),
                ("X-ZEvent-Server", "OA OpenAPI"),
            ], body: body)
    }

    // MARK: Faults and tokens

    /// Appends to the faults that meet the next calls, one each, in order of arrival.
    package func script(messages: [Fault] = [], tokens: [Fault] = []) {
        world.script(messages: messages, tokens: tokens)
    }

    /// Faults that have met nobody yet.
    package var pendingFaults: Int { world.pendingFaults() }

    /// Answers that were held back are sent.
    package func releaseHeld() { world.releaseHeld() }

    /// From now on the access token is answered with −220.
    package func expireAccessToken() { world.expireAccess() }

    /// The pair that is good now.
    package var tokens: (access: String, refresh: String) {
        let desk = world.tokens()
        return (desk.access, desk.refresh)
    }

    /// Refresh tokens that were exchanged.
    package var tokenExchanges: Int { world.tokens().exchanges }

    /// Tries to use a refresh token a second time.
    package var spentRefreshTries: Int { world.tokens().spentRefreshTries }

    // MARK: Records

    /// All accepted messages in their order.
    package var messages: [ReceivedMessage] { world.facts.messages }

    package func received(for user: String) -> [ReceivedMessage] { world.facts.messages.filter { $0.user == user } }

    /// Requests to any path that were read whole.
    package var requests: Int { world.facts.requests }

    /// Refused messages by the number of the answer; scripted faults are not among them.
    package var refusals: [Int: Int] { world.facts.refusals }

    /// How many messages are one too many: the same text to the same person more than once.
    package func duplicates() -> [(user: String, text: String, extra: Int)] {
        Dictionary(grouping: messages) { [$0.user, $0.text] }.values
            .filter { $0.count > 1 }
            .compactMap { group in group.first.map { ($0.user, $0.text, group.count - 1) } }
            .sorted { ($0.user, $0.text) < ($1.user, $1.text) }
    }

    /// The messages to a person as soon as there are `count` of them.
    ///
    /// - Throws: ``TimedOut`` after `deadline`; `CancellationError` when the task is cancelled.
    @discardableResult
    package func waitForMessages(
        user: String, count: Int, deadline: Duration = .seconds(60)
    ) async throws -> [ReceivedMessage] {
        try await waitForMessages(wanted: count, deadline: deadline) { $0.filter { $0.user == user } }
    }

    /// All messages as soon as there are `count` of them.
    ///
    /// - Throws: as ``waitForMessages(user:count:deadline:)``.
    @discardableResult
    package func waitForMessages(count: Int, deadline: Duration = .seconds(60)) async throws -> [ReceivedMessage] {
        try await waitForMessages(wanted: count, deadline: deadline) { $0 }
    }

    private func waitForMessages(
        wanted: Int, deadline: Duration, _ select: @escaping @Sendable ([ReceivedMessage]) -> [ReceivedMessage]
    ) async throws -> [ReceivedMessage] {
        let world = world
        let watcher = world.watch()
        defer { world.unwatch(watcher.id) }
        let found = await withTaskGroup(of: [ReceivedMessage]?.self) { group in
            group.addTask {
                let now = select(world.facts.messages)
                if now.count >= wanted { return now }
                for await _ in watcher.changes {
                    let now = select(world.facts.messages)
                    if now.count >= wanted { return now }
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
        throw TimedOut(wanted: wanted, messages: world.facts.messages, refusals: world.facts.refusals)
    }
}
