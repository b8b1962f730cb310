import Core
import JSON
import Sealing
import Store
import Testing

@testable import Web

@Suite("Web chat: sessions and messages", .timeLimit(.minutes(5)))
struct ChatSessionTests {
    @Test("A session gets an id and a token of 256 bits; only the token's hash is stored")
    func begin() async throws {
        try await RunningServer.run { server in
            let answer = try await server.request("POST", "/chat/sessions", body: #"{"language":"en"}"#)
            #expect(answer.status == 201)
            let value = try JSONValue(parsing: answer.body)
            let id = try value.string(at: "session")
            let token = try value.string(at: "token")
            #expect(token.utf8.count == 43)
            let found = try await server.store.read { tx in try tx.webSession(id) }
            let stored = try #require(found)
            #expect(stored.language == .english)
            #expect(stored.tokenHash == TokenHash(of: token).bytes)
            #expect(!server.log.text.contains(token))
        }
    }

    @Test("A message is stored before 202; the same id again is the same message")
    func send() async throws {
        try await RunningServer.run { server in
            let session = try await server.beginSession()
            for _ in 0..<2 {
                let answer = try await server.send(#"{"id":"a1","text":"lớp kỹ năng sống"}"#, in: session)
                #expect(answer.status == 202)
                #expect(answer.body == #"{"id":"a1"}"#)
            }
            server.clock.advance(by: .milliseconds(1))
            #expect(try await server.send(##"{"id":"a2","payload":"#yes"}"##, in: session).status == 202)
            let now = server.clock.now()
            let claimed = try await server.store.write { tx in
                try tx.claimConversations(limit: 5, owner: "test", leaseFor: .seconds(10), now: now)
            }
            #expect(claimed.count == 1)
            let conversation = try #require(claimed.first)
            #expect(conversation.address.person == session.id)
            #expect(conversation.address.channel == .web)
            #expect(conversation.address.connection == RunningServer.web)
            #expect(conversation.events.map(\.event.text) == ["lớp kỹ năng sống", nil])
            #expect(conversation.events.map(\.event.payload) == [nil, "#yes"])
        }
    }

    @Test("Equal ids of two people are two messages")
    func twoPeople() async throws {
        try await RunningServer.run { server in
            for _ in 0..<2 {
                let session = try await server.beginSession()
                #expect(try await server.send(#"{"id":"a1","text":"chào"}"#, in: session).status == 202)
            }
            #expect(try await server.waiting() == 2)
        }
    }

    @Test("Without the right token nobody gets in")
    func tokens() async throws {
        try await RunningServer.run { server in
            let session = try await server.beginSession()
            let other = try await server.beginSession()
            let path = session.path + "/messages"
            let body = #"{"id":"a1","text":"chào"}"#
            let wrong = [
                [], [("Authorization", session.token)], [("Authorization", "Basic \(session.token)")],
                [("Authorization", "Bearer ")], [("Authorization", "Bearer \(other.token)")],
                [("Authorization", "Bearer \(session.token)x")],
            ]
            for headers in wrong {
                let answer = try await server.request("POST", path, headers: headers, body: body)
                #expect(answer.status == 401)
                #expect(answer.headers["www-authenticate"] == "Bearer")
            }
            let unknown = "/chat/sessions/nobody/messages"
            #expect(try await server.request("POST", unknown, headers: session.headers, body: body).status == 404)
            let events = session.path + "/events"
            #expect(try await server.request("GET", events, headers: other.headers).status == 401)
            #expect(try await server.waiting() == 0)
        }
    }

    @Test(
        "A malformed body is 400 and names the field",
        arguments: [
            ("", ""), ("{", ""), ("[]", ""), (#"{"text":"chào"}"#, "id"), (#"{"id":7,"text":"chào"}"#, "id"),
            (#"{"id":"","text":"chào"}"#, "id"), (#"{"id":"a"}"#, "text"), (#"{"id":"a","text":null}"#, "text"),
            (#"{"id":"a","text":["chào"]}"#, "text"), (#"{"id":"a","text":""}"#, "text"),
            (##"{"id":"a","text":"chào","payload":"#yes"}"##, "payload"), (#"{"id":"a","payload":{}}"#, "payload"),
            (#"{"id":"a","text":"x","id":"b"}"#, "id"),
        ])
    func malformed(body: String, field: String) async throws {
        try await RunningServer.run { server in
            let session = try await server.beginSession()
            let answer = try await server.send(body, in: session)
            #expect(answer.status == 400)
            let error = try JSONValue(parsing: answer.body).object(at: "error")
            #expect(error["field"]?.stringValue ?? "" == field)
            #expect(error["code"]?.stringValue?.hasPrefix("json_") == true)
            #expect(try await server.waiting() == 0)
        }
    }

    @Test("A session's language must look like one")
    func language() async throws {
        try await RunningServer.run { (server) async throws in
            for body in [#"{"language":5}"#, #"{"language":"<b>"}"#, "nonsense"] {
                #expect(try await server.request("POST", "/chat/sessions", body: body).status == 400)
            }
        }
    }

    @Test("A body above the limit is 413")
    func tooLarge() async throws {
        try await RunningServer.run { server in
            let session = try await server.beginSession()
            let text = String(repeating: "a", count: 70_000)
            #expect(try await server.send(#"{"id":"a","text":"\#(text)"}"#, in: session).status == 413)
        }
    }

    @Test("Who writes too fast waits, and is told how long")
    func pace() async throws {
        try await RunningServer.run { settings in
            settings.limits.messageBurst = 2
            settings.limits.messageInterval = .seconds(3)
        } _: { server in
            let session = try await server.beginSession()
            for number in 0..<2 {
                #expect(try await server.send(#"{"id":"\#(number)","text":"x"}"#, in: session).status == 202)
            }
            let refused = try await server.send(#"{"id":"3","text":"x"}"#, in: session)
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "3")
            server.clock.advance(by: .seconds(3))
            #expect(try await server.send(#"{"id":"3","text":"x"}"#, in: session).status == 202)
        }
    }

    @Test("New sessions are bounded by source; only a trusted proxy may name the source")
    func sources() async throws {
        try await RunningServer.run { settings in
            settings.limits.sessionBurst = 1
            settings.limits.sessionInterval = .seconds(60)
        } _: { (server) async throws in
            #expect(try await server.request("POST", "/chat/sessions").status == 201)
            let claimed = [("X-Forwarded-For", "203.0.113.9")]
            #expect(try await server.request("POST", "/chat/sessions", headers: claimed).status == 429)
        }
        try await RunningServer.run { settings in
            settings.limits.sessionBurst = 1
            settings.limits.sessionInterval = .seconds(60)
            settings.trustedProxies = [AddressRange("127.0.0.0/8"), AddressRange("10.0.0.0/8")].compactMap { $0 }
        } _: { (server) async throws in
            func status(_ forwarded: String) async throws -> Int {
                try await server.request("POST", "/chat/sessions", headers: [("X-Forwarded-For", forwarded)]).status
            }
            #expect(try await status("203.0.113.9") == 201)
            #expect(try await status("203.0.113.9, 10.1.1.1") == 429)
            // What stands before the last untrusted address was written by that address itself.
            #expect(try await status("198.51.100.1, 203.0.113.9") == 429)
            #expect(try await status("203.0.113.10:5555") == 201)
        }
    }

    @Test("Who keeps guessing tokens is slowed down, and not those behind the same address")
    func guessing() async throws {
        try await RunningServer.run { settings in
            settings.limits.refusalBurst = 3
            settings.limits.refusalInterval = .seconds(10)
        } _: { (server) async throws in
            let honest = try await server.beginSession()
            let guess = [("Authorization", "Bearer guess")]
            for _ in 0..<3 {
                #expect(try await server.request("POST", honest.path + "/messages", headers: guess).status == 401)
            }
            #expect(try await server.request("POST", honest.path + "/messages", headers: guess).status == 429)
            #expect(try await server.request("POST", "/chat/sessions/nobody/messages", headers: guess).status == 429)
            #expect(try await server.send(#"{"id":"a","text":"x"}"#, in: honest).status == 202)
            let late = try await server.beginSession()
            #expect(try await server.send(#"{"id":"a","text":"x"}"#, in: late).status == 202)
        }
    }

    @Test("Messages of one source are bounded over all its sessions")
    func sourcePace() async throws {
        try await RunningServer.run { settings in
            settings.limits.sourceMessageBurst = 2
            settings.limits.sourceMessageInterval = .seconds(60)
        } _: { (server) async throws in
            for status in [202, 202, 429] {
                let session = try await server.beginSession()
                #expect(try await server.send(#"{"id":"a","text":"x"}"#, in: session).status == status)
            }
        }
    }

    @Test("A school of 500 behind one address gets its sessions at once, and each pupil may write")
    func school() async throws {
        try await RunningServer.run { (server) async throws in
            for _ in 0..<500 { #expect(try await server.request("POST", "/chat/sessions").status == 201) }
            let session = try await server.beginSession()
            for number in 0..<5 { #expect(try await server.send(#"{"id":"\#(number)","text":"x"}"#, in: session).status == 202) }
        }
    }

    @Test("An ended session cannot be used again")
    func end() async throws {
        try await RunningServer.run { server in
            let session = try await server.beginSession()
            #expect(try await server.request("DELETE", session.path).status == 401)
            #expect(try await server.request("DELETE", session.path, headers: session.headers).status == 204)
            #expect(try await server.send(#"{"id":"a","text":"x"}"#, in: session).status == 404)
        }
    }

    @Test("When the inbox is full the page is told to send again")
    func full() async throws {
        var limits = StoreLimits()
        limits.waitingEvents = 1
        try await RunningServer.run(store: limits) { server in
            let session = try await server.beginSession()
            #expect(try await server.send(#"{"id":"a","text":"x"}"#, in: session).status == 202)
            let refused = try await server.send(#"{"id":"b","text":"x"}"#, in: session)
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] != nil)
        }
    }

    @Test("Without a web chat there is none")
    func absent() async throws {
        try await RunningServer.run { settings in
            settings.webChat = nil
        } _: { (server) async throws in
            #expect(try await server.request("POST", "/chat/sessions").status == 404)
            #expect(try await server.request("GET", "/chat").status == 404)
        }
    }
}
