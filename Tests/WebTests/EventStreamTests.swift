import Core
import JSON
import Pipeline
import ServiceLifecycle
import Store
import Testing

@testable import Web

@Suite("Web chat: events", .timeLimit(.minutes(5)))
struct EventStreamTests {
    private func open(
        _ server: RunningServer, _ session: RunningServer.Session, query: String = "",
        headers: [(String, String)] = [], _ body: @escaping (RawConnection) async throws -> Void
    ) async throws {
        try await RawConnection.to(server.addresses.port) { (connection) async throws in
            try await connection.sendRequest(
                "GET", session.path + "/events" + query, headers: session.headers + headers)
            let head = try await connection.head()
            #expect(head.status == 200)
            #expect(head.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(head.headers["cache-control"] == "no-store")
            #expect(head.headers["x-accel-buffering"] == "no")
            try await body(connection)
        }
    }

    private func text(_ event: RawConnection.Event?) throws -> String {
        try JSONValue(parsing: try #require(event).data).string(at: "text")
    }

    @Test("What was answered before the stream began comes in order, as the contract's object")
    func replay() async throws {
        try await RunningServer.run { (server) async throws in
            let session = try await server.beginSession()
            _ = try await server.answer(["Chào \"chị\"", "hai\ndòng"], in: session)
            try await open(server, session) { (connection) async throws in
                let first = try #require(try await connection.message())
                let object = try JSONValue(parsing: first.data)
                #expect(object.objectValue?.keys == ["id", "kind", "text", "buttons", "at"])
                #expect(try object.string(at: "id") == first.id, "the object names the cursor to come back with")
                #expect(try object.string(at: "kind") == "message")
                #expect(try object.string(at: "text") == "Chào \"chị\"")
                #expect(object["buttons"]?[0]?["payload"]?.stringValue == "#yes")
                #expect(try object.string(at: "at") == server.clock.now().iso8601UTC)
                #expect(try text(try await connection.message()) == "hai\ndòng")
            }
        }
    }

    @Test("An answer comes as soon as the feed wakes the stream")
    func live() async throws {
        try await RunningServer.run { settings in
            // Nobody looks by itself within this test.
            settings.limits.streamPoll = .seconds(3_600)
        } _: { (server) async throws in
            let session = try await server.beginSession()
            try await open(server, session) { (connection) async throws in
                #expect(try await connection.event()?.comment != nil)
                let found = try await server.conversation(of: session)
                let conversation = try #require(found)
                for text in ["một", "hai", "ba"] {
                    try await server.answer([text], in: session)
                    server.feed.notify(conversation)
                    #expect(try self.text(try await connection.message()) == text)
                }
            }
        }
    }

    @Test("An answer that nobody announced is found as well")
    func polled() async throws {
        try await RunningServer.run { (server) async throws in
            let session = try await server.beginSession()
            try await open(server, session) { (connection) async throws in
                #expect(try await connection.event()?.comment != nil)
                try await server.answer(["không báo"], in: session)
                #expect(try text(try await connection.message()) == "không báo")
            }
        }
    }

    @Test("A client that comes back gets everything after its cursor, once, and what it has counts as delivered")
    func reconnect() async throws {
        try await RunningServer.run { (server) async throws in
            let session = try await server.beginSession()
            let ids = try await server.answer((1...5).map { "tin \($0)" }, in: session)
            var cursor = ""
            try await open(server, session) { (connection) async throws in
                for _ in 0..<2 { cursor = try await connection.message()?.id ?? "" }
            }
            let more = try await server.answer(["tin 6"], in: session)
            try await open(server, session, query: "?after=0", headers: [("Last-Event-ID", cursor)]) { (connection) async throws in
                for number in 3...6 { #expect(try text(try await connection.message()) == "tin \(number)") }
                try await server.answer(["tin 7"], in: session)
                #expect(try text(try await connection.message()) == "tin 7")
            }
            let status = try await server.store.read { tx in try (ids + more).map { try tx.deliveryStatus(of: $0) } }
            #expect(status.prefix(2).allSatisfy { $0 == .delivered })
            #expect(status.dropFirst(2).allSatisfy { $0 != .delivered })
        }
    }

    @Test("Many streams that break anywhere together miss nothing and double nothing")
    func broken() async throws {
        try await RunningServer.run { settings in
            settings.limits.streamBatch = 3
        } _: { (server) async throws in
            let session = try await server.beginSession()
            var seen: [String] = []
            var cursor = "0"
            for round in 0..<8 {
                try await server.answer((0..<round).map { "\(round).\($0)" }, in: session)
                // Each round reads all but the last message of what waits.
                let expected = (0...round).reduce(0, +) - 1
                try await open(server, session, query: "?after=\(cursor)") { (connection) async throws in
                    while seen.count < expected {
                        let event = try #require(try await connection.message())
                        seen.append(try text(event))
                        cursor = event.id
                    }
                }
            }
            #expect(seen == (0..<8).flatMap { round in (0..<round).map { "\(round).\($0)" } }.dropLast())
        }
    }

    @Test("Answers of other people never come")
    func others() async throws {
        try await RunningServer.run { (server) async throws in
            let mine = try await server.beginSession()
            let other = try await server.beginSession()
            try await server.answer(["cho người khác"], in: other)
            try await server.answer(["cho tôi"], in: mine)
            try await open(server, mine) { (connection) async throws in
                #expect(try text(try await connection.message()) == "cho tôi")
            }
        }
    }

    @Test("A cursor that is none is 400 and named")
    func badCursor() async throws {
        try await RunningServer.run { (server) async throws in
            let session = try await server.beginSession()
            let path = session.path + "/events"
            for cursor in ["-1", "x", "1.5", "99999999999999999999"] {
                let answer = try await server.request("GET", path + "?after=\(cursor)", headers: session.headers)
                #expect(answer.status == 400)
                #expect(answer.body.contains(#""field":"after""#))
            }
            let header = session.headers + [("Last-Event-ID", "abc")]
            #expect(try await server.request("GET", path, headers: header).body.contains("Last-Event-ID"))
        }
    }

    @Test("A silent stream gets comments, so that proxies keep it")
    func heartbeat() async throws {
        try await RunningServer.run { settings in
            settings.limits.heartbeat = .milliseconds(5)
            settings.limits.streamPoll = .milliseconds(5)
        } _: { (server) async throws in
            let session = try await server.beginSession()
            try await open(server, session) { (connection) async throws in
                for _ in 0..<4 {
                    let event = try await connection.event()
                    #expect(event?.comment != nil)
                    #expect(event?.data == "")
                }
            }
        }
    }

    @Test("One session may hold a few streams, not any number; a closed one makes room")
    func bounded() async throws {
        try await RunningServer.run { settings in
            settings.limits.streamsPerSession = 1
        } _: { (server) async throws in
            let session = try await server.beginSession()
            try await open(server, session) { (connection) async throws in
                #expect(try await connection.event() != nil)
                let second = try await server.request("GET", session.path + "/events", headers: session.headers)
                #expect(second.status == 429)
            }
            // The server learns of the closed connection a moment later.
            var status = 429
            while status == 429 {
                status = try await RawConnection.to(server.addresses.port) { (connection) async throws in
                    try await connection.sendRequest("GET", session.path + "/events", headers: session.headers)
                    return try await connection.head().status
                }
            }
            #expect(status == 200)
        }
    }

    @Test("One source may hold many streams, not all of them; others are served")
    func perSource() async throws {
        try await RunningServer.run { settings in
            settings.limits.streamsPerSource = 1
        } _: { (server) async throws in
            let one = try await server.beginSession()
            let other = try await server.beginSession()
            try await open(server, one) { (connection) async throws in
                #expect(try await connection.event() != nil)
                #expect(try await server.request("GET", other.path + "/events", headers: other.headers).status == 429)
                try await RawConnection.to(server.addresses.port, from: "127.0.0.2") { (elsewhere) async throws in
                    try await elsewhere.sendRequest("GET", other.path + "/events", headers: other.headers)
                    #expect(try await elsewhere.head().status == 200)
                }
            }
        }
    }

    @Test("A client that stops reading is cut off and makes room")
    func stalled() async throws {
        try await RunningServer.run { settings in
            settings.limits.streamsPerSession = 1
            settings.limits.stallTimeout = .milliseconds(100)
        } _: { (server) async throws in
            let session = try await server.beginSession()
            // More than the sockets between can hold.
            let long = String(repeating: "ế", count: 19_000)
            try await server.answer(Array(repeating: long, count: 250), in: session)
            try await open(server, session) { (connection) async throws in
                #expect(try await connection.event() != nil)
                var status = 429
                while status == 429 {
                    status = try await RawConnection.to(server.addresses.port) { other in
                        try await other.sendRequest("GET", session.path + "/events", headers: session.headers)
                        return try await other.head().status
                    }
                }
                #expect(status == 200)
            }
        }
    }

    @Test("Ending the session ends its stream")
    func ended() async throws {
        try await RunningServer.run { (server) async throws in
            let session = try await server.beginSession()
            try await open(server, session) { (connection) async throws in
                #expect(try await connection.event() != nil)
                #expect(try await server.request("DELETE", session.path, headers: session.headers).status == 204)
                #expect(try await connection.message() == nil)
            }
        }
    }

    @Test("A graceful shutdown ends the streams properly, and the server then returns")
    func shutdown() async throws {
        try await RunningServer.run { settings in
            settings.limits.streamPoll = .seconds(3_600)
        } _: { (server) async throws in
            let session = try await server.beginSession()
            try await server.answer(["tin cuối"], in: session)
            try await open(server, session) { (connection) async throws in
                #expect(try text(try await connection.message()) == "tin cuối")
                await server.group.triggerGracefulShutdown()
                // Nil only after the last chunk: the body was ended, not cut.
                #expect(try await connection.message() == nil)
            }
        }
    }
}
