import Channels
import Core
import Store
import Testing

@testable import Web

@Suite("Webhooks", .timeLimit(.minutes(5)))
struct WebhookTests {
    @Test("The channel sees the bytes, the query and the headers as they came, and what it found is stored")
    func raw() async throws {
        try await RunningServer.run { (server) async throws in
            let body = "m1\r\nm2\u{0}\u{1F600}"
            let answer = try await server.request(
                "POST", "/webhooks/zalo?a=1%202", headers: [("X-Signature", "good"), ("X-Extra", "Á")], body: body)
            #expect(answer.status == 200)
            #expect(answer.body == "{}")
            let seen = try #require(server.channel.seen.first)
            #expect(seen.body == Array(body.utf8))
            #expect(seen.query == ["a": "1 2"])
            #expect(seen.headers["x-signature"] == "good")
            #expect(seen.method == "POST")
            #expect(seen.path == "/webhooks/zalo")
            #expect(try await server.waiting() == 2)
        }
    }

    @Test("A redelivered webhook is answered 200 and stored once")
    func duplicates() async throws {
        try await RunningServer.run { (server) async throws in
            for _ in 0..<3 { #expect(try await server.webhook("m1\nm2").status == 200) }
            #expect(try await server.waiting() == 2)
            let metrics = server.metrics.exposition()
            #expect(metrics.contains(#"nhipcau_webhook_events_total{connection="zalo",result="accepted"} 2"#))
            #expect(metrics.contains(#"nhipcau_webhook_events_total{connection="zalo",result="duplicate"} 4"#))
            #expect(metrics.contains(#"nhipcau_webhook_requests_total{connection="zalo",status="200"} 3"#))
        }
    }

    @Test("A hundred deliveries at once of ten messages leave ten")
    func concurrent() async throws {
        try await RunningServer.run { (server) async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask { try await server.webhook("m\(number % 10)").status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await server.waiting() == 10)
        }
    }

    @Test("What the channel refuses is passed on and nothing is stored")
    func refused() async throws {
        try await RunningServer.run { (server) async throws in
            let answer = try await server.webhook("m1", signature: "bad")
            #expect(answer.status == 401)
            #expect(answer.body.contains("bad_signature"))
            #expect(try await server.waiting() == 0)
            let twice = [("X-Signature", "good"), ("X-Signature", "good")]
            #expect(try await server.request("POST", "/webhooks/zalo", headers: twice, body: "m1").status == 401)
        }
    }

    @Test("A signed event of long ago is recorded without its content and has no effect")
    func replayed() async throws {
        try await RunningServer.run { (server) async throws in
            #expect(try await server.webhook("old1\nm1").status == 200)
            let now = server.clock.now()
            let claimed = try await server.store.write { tx in
                try tx.claimConversations(limit: 5, owner: "test", leaseFor: .seconds(10), now: now)
            }
            let events = claimed.flatMap(\.events).map(\.event)
            #expect(events.filter { $0.kind == .message }.map(\.externalID) == ["m1"])
            #expect(events.filter { $0.externalID == "old1" }.allSatisfy { $0.kind == .ignored && $0.text == nil })
            #expect(server.metrics.exposition().contains(#"nhipcau_webhook_events_total{connection="zalo",result="stale"} 1"#))
            #expect(server.log.text.contains("webhook events are too old to be taken"))
        }
    }

    @Test("What is younger than the window passes whole, and so does what carries no time")
    func window() {
        let now = Instant(milliseconds: 1_795_000_000_000)
        func event(_ timestamp: Instant?) -> InboundEvent {
            InboundEvent(
                kind: .message, sender: "p", recipient: "a", person: "p", account: "a", name: "n", deduplicationKey: "k",
                text: "chào", timestamp: timestamp)
        }
        let window = ReplayWindow(length: .seconds(3_600))
        let events = [event(now), event(now - .seconds(3_600)), event(nil), event(now + .seconds(60))]
        let kept = window.sift(events, at: now) { _ in false }
        #expect(kept.events == events)
        #expect(kept.stale == 0)
        let old = event(now - .milliseconds(3_600_001))
        let sifted = window.sift(events + [old], at: now) { _ in false }
        #expect(sifted.stale == 1)
        #expect(sifted.events.map(\.kind) == [.message, .message, .message, .message, .ignored])
        #expect(sifted.events.last?.text == nil)
        // Danger is never passed over for its time.
        let urgent = window.sift([old], at: now) { $0.text == "chào" }
        #expect(urgent.stale == 0 && urgent.events == [old])
    }

    @Test("Who keeps sending bad signatures loses the connection; what is signed well is taken from the same address")
    func refusals() async throws {
        try await RunningServer.run { settings in
            settings.limits.webhookRefusalBurst = 2
            settings.limits.webhookRefusalInterval = .seconds(60)
            settings.limits.webhookRefusalDelay = .zero
        } _: { (server) async throws in
            for _ in 0..<2 {
                let answer = try await server.webhook("m1", signature: "bad")
                #expect(answer.status == 401)
                #expect(answer.headers["connection"] == nil)
            }
            let answer = try await server.webhook("m1", signature: "bad")
            #expect(answer.status == 401)
            #expect(answer.headers["connection"] == "close")
            #expect(server.metrics.exposition().contains("nhipcau_webhook_refusals_slowed_total 1"))
            #expect(try await server.webhook("m1").status == 200)
        }
    }

    @Test("A GET reaches the channel for challenges")
    func challenge() async throws {
        try await RunningServer.run { (server) async throws in
            let answer = try await server.request("GET", "/webhooks/zalo?hub.challenge=1")
            #expect(answer.status == 200)
            #expect(answer.body == "challenge")
            #expect(answer.headers["content-type"] == "text/plain")
        }
    }

    @Test("An unknown connection is 404, another method 405 with the methods that are taken")
    func wrongPlace() async throws {
        try await RunningServer.run { (server) async throws in
            #expect(try await server.request("POST", "/webhooks/other", body: "m1").status == 404)
            for method in ["PUT", "DELETE", "HEAD", "OPTIONS"] {
                let answer = try await server.request(method, "/webhooks/zalo")
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == "GET, POST")
            }
            #expect(server.channel.seen.isEmpty)
        }
    }

    @Test("A body as long as the limit is read; one byte more is 413 in JSON, announced or not")
    func tooLarge() async throws {
        try await RunningServer.run { settings in
            settings.limits.webhookBodyBytes = 1_000
        } _: { (server) async throws in
            let fits = String(repeating: "a", count: 1_000)
            #expect(try await server.webhook(fits).status == 200)
            let announced = try await server.webhook(fits + "a")
            #expect(announced.status == 413)
            #expect(announced.body.contains(#""code":"body_too_large""#))
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                try await connection.send(
                    "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nX-Signature: good\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for _ in 0..<3 { try await connection.send("190\r\n\(String(repeating: "b", count: 400))\r\n") }
                let answer = try await connection.answer()
                #expect(answer.status == 413)
                // The rest of such a body may be endless: the connection ends instead of reading it.
                #expect(answer.headers["connection"] == "close")
                #expect(try await connection.isClosed())
            }
            #expect(server.channel.seen.count == 1)
        }
    }

    @Test("A body in chunks is put together")
    func chunked() async throws {
        try await RunningServer.run { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                try await connection.send(
                    "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nX-Signature: good\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for part in ["2\r\nm1\r\n", "1\r\n\n\r\n", "2\r\nm2\r\n", "0\r\n\r\n"] {
                    try await connection.send(part)
                }
                #expect(try await connection.answer().status == 200)
            }
            #expect(try await server.waiting() == 2)
        }
    }

    @Test("When the store is full the answer is 503 with a time to come back, and nothing of the batch is stored")
    func full() async throws {
        var limits = StoreLimits()
        limits.waitingEvents = 2
        try await RunningServer.run(store: limits) { (server) async throws in
            #expect(try await server.webhook("m1\nm2").status == 200)
            let refused = try await server.webhook("m3\nm4")
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "5")
            #expect(try await server.waiting() == 2)
            #expect(server.log.text.contains("webhook not stored"))
            #expect(!server.log.text.contains("m3"))
        }
    }

    @Test("A database that is gone is 503 as well, so that the platform sends again")
    func closedStore() async throws {
        try await RunningServer.run { (server) async throws in
            await server.store.close()
            let answer = try await server.webhook("m1")
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] != nil)
        }
    }

    @Test("Several requests on one connection are answered in order")
    func keepAlive() async throws {
        try await RunningServer.run { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                for number in 0..<3 {
                    try await connection.sendRequest(
                        "POST", "/webhooks/zalo", headers: [("X-Signature", number == 1 ? "bad" : "good")],
                        body: Array("m\(number)".utf8))
                }
                #expect(try await connection.answer().status == 200)
                #expect(try await connection.answer().status == 401)
                #expect(try await connection.answer().status == 200)
            }
        }
    }
}
