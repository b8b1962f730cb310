import Channels
import Core
import FakeZalo
import JSON
import Outbound
import Testing

@Suite(.timeLimit(.minutes(2)))
struct FakeZaloTests {
    private static let yes = Button(title: "Đúng", payload: "#yes")

    @Test func `what our channel renders is accepted and recorded`() async throws {
        try await withWorld { world in
            let message = OutboundMessage(
                text: "Lớp thứ bảy này", buttons: [Self.yes],
                attachments: [Attachment(kind: .image, url: "https://example.edu.vn/a.png")])
            let reports = await world.send(message, token: "access-1")
            #expect(reports.map(\.outcome) == [.accepted, .accepted])
            let received = try await world.platform.waitForMessages(user: World.person, count: 2)
            #expect(received.first?.attachments == ["https://example.edu.vn/a.png"])
            #expect(received.last?.text == "Lớp thứ bảy này")
            #expect(received.last?.buttons == [.init(title: "Đúng", type: "oa.query.hide", payload: "#yes")])
            #expect(reports.last?.externalID == received.last?.messageID)
            #expect(received.last?.isBilled == false)
        }
    }

    @Test func `the webhook that the fake signs is taken by our channel`() async throws {
        try await withWorld { world in
            let webhook = await world.platform.says("Cho hỏi lớp bơi", user: "42", messageID: "m1")
            let headers = Dictionary(uniqueKeysWithValues: webhook.headers.map { ($0.name.lowercased(), $0.value) })
            let request = WebhookRequest(method: "POST", path: "/webhooks/zalo", headers: headers, body: webhook.body)
            let result = world.channel.receive(request, at: world.clock.now())
            #expect(result.status == 200)
            #expect(result.events.map(\.text) == ["Cho hỏi lớp bơi"])
            #expect(result.events.first?.person == "42")
            let reports = await world.send(OutboundMessage(text: "Dạ"), to: "42", token: "access-1")
            #expect(reports.map(\.outcome) == [.accepted])
        }
    }

    @Test(
        arguments: [
            ("{}", -201), ("[]", -201), ("{", -201),
            (#"{"recipient":{"user_id":"1"},"message":{"text":"a"},"extra":1}"#, -201),
            (#"{"recipient":{},"message":{"text":"a"}}"#, -201),
            (#"{"recipient":{"user_id":1},"message":{"text":"a"}}"#, -201),
            (#"{"recipient":{"user_id":"1"},"message":{"text":" "}}"#, -201),
            (#"{"recipient":{"user_id":"1"},"message":{"text":5}}"#, -201),
            (#"{"recipient":{"user_id":"1"},"message":{"text":"a","buttons":[]}}"#, -201),
            (#"{"recipient":{"user_id":"1"},"message":{"text":"\#(String(repeating: "ă", count: 2_001))"}}"#, -210),
            (#"{"recipient":{"user_id":"1"},"message":{"text":"a","attachment":{"type":"image","payload":{}}}}"#, -201),
            (#"{"recipient":{"user_id":"1"},"message":{"text":"a"}}"#, -213),
        ] as [(String, Int64)])
    func `a wrong message is refused by number with status 200`(body: String, number: Int64) async throws {
        try await withWorld { world in
            let answer = try await world.post(body)
            #expect(answer.status == 200)
            #expect(try JSONValue(parsing: answer.body)["error"]?.int64Value == number)
            #expect(await world.platform.messages.isEmpty)
        }
    }

    private func buttons(_ count: Int, _ button: String) -> String {
        let all = Array(repeating: button, count: count).joined(separator: ",")
        return #"{"recipient":{"user_id":"\#(World.person)"},"message":{"text":"a","attachment":"#
            + #"{"type":"template","payload":{"buttons":[\#(all)]}}}}"#
    }

    @Test(
        arguments: [
            (5, ##"{"title":"a","type":"oa.query.hide","payload":"#yes"}"##, 0),
            (6, ##"{"title":"a","type":"oa.query.hide","payload":"#yes"}"##, -210),
            (1, ##"{"title":"a","type":"oa.query.hide","payload":{"url":"https://a"}}"##, -201),
            (1, ##"{"title":"a","type":"oa.open.url","payload":{"url":"https://a"}}"##, 0),
            (1, ##"{"title":"a","type":"oa.open.url","payload":"https://a"}"##, -201),
            (1, ##"{"title":"a","type":"postback","payload":"x"}"##, -201),
            (1, ##"{"type":"oa.query.hide","payload":"x"}"##, -201),
        ] as [(Int, String, Int64)])
    func `buttons are counted and each kind has its own payload`(
        count: Int, button: String, number: Int64
    ) async throws {
        try await withWorld { world in
            let answer = try await world.post(buttons(count, button))
            #expect(try JSONValue(parsing: answer.body)["error"]?.int64Value == number)
        }
    }

    @Test func `a bearer token is no access token`() async throws {
        try await withWorld { world in
            let answer = try await world.post(
                "{}", headers: [("Authorization", "Bearer access-1"), ("Content-Type", "application/json")])
            #expect(try JSONValue(parsing: answer.body)["error"]?.int64Value == -216)
        }
    }

    @Test func `the proof of the secret is asked for and ours is right`() async throws {
        try await withWorld {
            $0.requiresProof = true
        } _: { world in
            let answer = try await world.post(#"{"recipient":{"user_id":"1"},"message":{"text":"a"}}"#)
            #expect(try JSONValue(parsing: answer.body)["error"]?.int64Value == -242)
            #expect(await world.send("Chào")?.outcome == .accepted)
        }
    }

    @Test func `the window costs after two days and closes after seven`() async throws {
        try await withWorld { world in
            world.clock.advance(by: .seconds(2 * 86_400))
            // The first token has died meanwhile; the window is what is looked at here.
            let token = try #require(await renewed(world))
            #expect(await world.send("a", token: token.accessToken)?.outcome == .accepted)
            world.clock.advance(by: .seconds(60))
            #expect(await world.send("b", token: token.accessToken)?.outcome == .accepted)
            world.clock.set(World.start + .seconds(7 * 86_400 + 1))
            let later = try #require(await renewed(world))
            #expect(await world.send("c", token: later.accessToken)?.outcome == .windowClosed)
            #expect(await world.platform.messages.map(\.isBilled) == [false, true])
            #expect(await world.platform.refusals == [-230: 1])
        }
    }

    private func renewed(_ world: World) async throws -> TokenPair? {
        let refresh = await world.platform.tokens.refresh
        let call = try #require(world.channel.refreshCall(refreshToken: refresh))
        return try world.channel.readRefresh(try await world.transport.perform(call)).get()
    }

    @Test func `a refresh token is good once and takes the old access token with it`() async throws {
        try await withWorld { world in
            #expect(await world.send("trước")?.outcome == .accepted)
            let call = try #require(world.channel.refreshCall(refreshToken: "refresh-1"))
            let answer = try await world.transport.perform(call)
            #expect(try JSONValue(parsing: answer.body)["expires_in"]?.stringValue == "90000")
            let pair = try world.channel.readRefresh(answer).get()
            #expect(await world.send("cũ")?.code == "-216")
            #expect(await world.send("mới", token: pair.accessToken)?.outcome == .accepted)
            let again = world.channel.readRefresh(try await world.transport.perform(call))
            #expect(again == .failure(TokenRefusal(code: "-14014")))
            #expect(await world.platform.spentRefreshTries == 1)
            #expect(await world.platform.tokenExchanges == 1)
        }
    }

    @Test func `an access token dies of age with a number of its own`() async throws {
        try await withWorld { world in
            world.clock.advance(by: .seconds(90_000))
            #expect(await world.send("a")?.code == "-220")
        }
    }

    @Test func `the counter of calls is in every answer and refuses at its end`() async throws {
        try await withWorld {
            $0.callsPerMinute = 2
        } _: { world in
            let body = #"{"recipient":{"user_id":"\#(World.person)"},"message":{"text":"a"}}"#
            #expect(try await world.post(body).headers["x-ratelimit-remain"] == "1")
            #expect(try await world.post(body).headers["x-ratelimit-remain"] == "0")
            let refused = try await world.post(body)
            #expect(refused.headers["x-ratelimit-limit"] == "2")
            #expect(try JSONValue(parsing: refused.body)["error"]?.int64Value == -32)
            world.clock.advance(by: .seconds(60))
            #expect(try JSONValue(parsing: try await world.post(body).body)["error"]?.int64Value == 0)
        }
    }

    @Test(arguments: [
        (Fault.status(500), DeliveryOutcome.transient, 0), (.status(429, retryAfterSeconds: 7), .throttled, 0),
        (.error(-32), .throttled, 0), (.notJSON(acted: false), .ambiguous, 0), (.notJSON(acted: true), .ambiguous, 1),
        (.closedAfterReading, .ambiguous, 0), (.closedAfterActing, .ambiguous, 1),
        (.delayed(.milliseconds(20)), .accepted, 1),
    ])
    func `a scripted fault meets one message and says whether it acted`(
        fault: Fault, outcome: DeliveryOutcome, messages: Int
    ) async throws {
        try await withWorld { world in
            await world.platform.script(messages: [fault])
            let report = await world.send("một")
            #expect(report?.outcome == outcome)
            #expect(await world.platform.messages.count == messages)
            #expect(await world.platform.pendingFaults == 0)
            if fault == .status(429, retryAfterSeconds: 7) { #expect(report?.retryAfter == .seconds(7)) }
            #expect(await world.send("hai")?.outcome == .accepted)
        }
    }

    @Test func `a connection closed before reading takes nothing in`() async throws {
        try await withWorld { world in
            await world.platform.script(messages: [.closedBeforeReading])
            let report = await world.send("một")
            #expect(report?.outcome == .ambiguous || report?.outcome == .transient)
            #expect(await world.platform.requests == 0)
            #expect(await world.send("hai")?.outcome == .accepted)
        }
    }

    @Test func `a held answer is recorded before it is sent`() async throws {
        try await withWorld { world in
            await world.platform.script(messages: [.held])
            async let report = world.send("một")
            try await world.platform.waitForMessages(user: World.person, count: 1)
            await world.platform.releaseHeld()
            let outcome = await report?.outcome
            #expect(outcome == .accepted)
        }
    }

    @Test func `a lost token answer has spent the token all the same`() async throws {
        try await withWorld { world in
            await world.platform.script(tokens: [.closedAfterActing])
            let call = try #require(world.channel.refreshCall(refreshToken: "refresh-1"))
            #expect(await world.result(call) == .failure(.connectionReset(sent: true)))
            #expect(await world.platform.tokenExchanges == 1)
            #expect(await world.platform.tokens.refresh != "refresh-1")
        }
    }

    @Test func `the same text to the same person twice is a duplicate`() async throws {
        try await withWorld { world in
            for text in ["một", "hai", "một", "một"] { _ = await world.send(text) }
            let duplicates = await world.platform.duplicates()
            #expect(duplicates.count == 1)
            #expect(duplicates.first?.text == "một")
            #expect(duplicates.first?.extra == 2)
        }
    }

    @Test func `waiting in vain says what is there`() async throws {
        try await withWorld { world in
            _ = await world.send("một")
            let error = await #expect(throws: FakeZalo.TimedOut.self) {
                try await world.platform.waitForMessages(user: World.person, count: 2, deadline: .milliseconds(20))
            }
            #expect(error?.messages.map(\.text) == ["một"])
        }
    }
}
