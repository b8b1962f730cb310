import Channels
import ServiceLifecycle
import Testing

@testable import Web

@Suite("Connections", .timeLimit(.minutes(5)))
struct ConnectionTests {
    @Test("A body that does not come is 408, and the connection ends")
    func slowBody() async throws {
        try await RunningServer.run { settings in
            settings.limits.bodyDeadline = .milliseconds(50)
        } _: { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                try await connection.send(
                    "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nX-Signature: good\r\nContent-Length: 10\r\n\r\nm1")
                let answer = try await connection.answer()
                #expect(answer.status == 408)
                #expect(answer.body.contains("body_too_slow"))
                #expect(try await connection.isClosed())
            }
            #expect(server.channel.seen.isEmpty)
        }
    }

    @Test("A body that was cut is not taken for a whole one")
    func cutBody() async throws {
        try await RunningServer.run { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                try await connection.send(
                    "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nX-Signature: good\r\nContent-Length: 10\r\n\r\nm1")
            }
            // Answered after whatever became of the cut request.
            #expect(try await server.webhook("m2").status == 200)
            #expect(server.channel.seen.map(\.body) == [Array("m2".utf8)])
        }
    }

    @Test("A connection that says nothing is closed", arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n"])
    func idle(sent: String) async throws {
        try await RunningServer.run { settings in
            settings.limits.idleTimeout = .milliseconds(50)
        } _: { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                // On a busy machine the time may be over before anything was written.
                if !sent.isEmpty { try? await connection.send(sent) }
                // Half a request may be told that it is none; either way the connection ends.
                while try await !connection.isClosed() {}
            }
        }
    }

    @Test("Header fields above the limit are refused")
    func headers() async throws {
        try await RunningServer.run { settings in
            settings.limits.headerBytes = 2_000
        } _: { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                let long = String(repeating: "a", count: 4_000)
                let answer = try await connection.request("GET", "/healthz", headers: [("X-Long", long)])
                #expect(answer.status == 431)
                #expect(answer.body.contains("headers_too_large"))
                #expect(try await connection.isClosed())
            }
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("A flood of small header fields is refused")
    func manyHeaders() async throws {
        try await RunningServer.run { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                let many = (0..<200).map { ("X-\($0)", "a") }
                #expect(try await connection.request("GET", "/healthz", headers: many).status == 431)
            }
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("A first request that does not come is not waited for", arguments: ["", "GET / HT"])
    func noHead(sent: String) async throws {
        try await RunningServer.run { settings in
            settings.limits.headDeadline = .milliseconds(50)
        } _: { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                if !sent.isEmpty { try? await connection.send(sent) }
                while try await !connection.isClosed() {}
            }
        }
    }

    @Test("When there is no room an idle connection is closed for a new one")
    func makesRoom() async throws {
        try await RunningServer.run { settings in
            settings.limits.connections = 1
        } _: { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (first) async throws in
                #expect(try await first.request("GET", "/healthz").status == 200)
                #expect(try await server.request("GET", "/healthz").status == 200)
                #expect(try await first.isClosed())
            }
        }
    }

    @Test("One address may hold its share of connections; others are served, and so is it after leaving")
    func perSource() async throws {
        try await RunningServer.run { settings in
            settings.limits.connectionsPerSource = 1
        } _: { (server) async throws in
            let port = server.addresses.port
            try await RawConnection.to(port, from: "127.0.0.2") { (first) async throws in
                #expect(try await first.request("GET", "/healthz").status == 200)
                try await RawConnection.to(port, from: "127.0.0.2") { (second) async throws in #expect(try await second.isClosed()) }
                let other = try await RawConnection.to(port, from: "127.0.0.3") { try await $0.request("GET", "/healthz").status }
                #expect(other == 200)
                #expect(try await first.request("GET", "/healthz").status == 200)
            }
            // The server learns of the closed connection a moment later.
            var status: Int?
            while status == nil {
                status = try? await RawConnection.to(port, from: "127.0.0.2") { try await $0.request("GET", "/healthz").status }
            }
            #expect(status == 200)
        }
    }

    @Test("What is not HTTP is refused and breaks nothing")
    func nonsense() async throws {
        try await RunningServer.run { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                try await connection.send("\u{16}\u{3}\u{1} xin chào\r\n\r\n")
                #expect(try await connection.answer().status == 400)
            }
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("When all connections are being answered a new one is told so instead of waiting")
    func tooMany() async throws {
        try await RunningServer.run { settings in
            settings.limits.connections = 1
        } _: { (server) async throws in
            let session = try await server.beginSession()
            try await RawConnection.to(server.addresses.port) { (first) async throws in
                try await first.sendRequest("GET", session.path + "/events", headers: session.headers)
                #expect(try await first.head().status == 200)
                #expect(try await first.event() != nil)
                try await RawConnection.to(server.addresses.port) { (second) async throws in
                    let answer = try await second.request("GET", "/healthz")
                    #expect(answer.status == 503)
                    #expect(answer.headers["retry-after"] == "5")
                    #expect(answer.body.contains("too_many_connections"))
                }
                try await server.answer(["còn đây"], in: session)
                #expect(try await first.message() != nil)
            }
        }
    }

    @Test("A request that has begun is finished when the server shuts down")
    func finishes() async throws {
        try await RunningServer.run { (server) async throws in
            try await RawConnection.to(server.addresses.port) { (connection) async throws in
                try await connection.send(
                    "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nX-Signature: good\r\nContent-Length: 5\r\n\r\nm1")
                // Another request proves that the first one has reached the server.
                #expect(try await server.request("GET", "/readyz").status == 200)
                await server.group.triggerGracefulShutdown()
                try await connection.send("\nm2")
                #expect(try await connection.answer().status == 200)
            }
            #expect(try await server.waiting() == 2)
        }
    }
}
