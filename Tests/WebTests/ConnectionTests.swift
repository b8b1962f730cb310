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
        } _: { server in
            try await RawConnection.to(server.addresses.port) { connection in
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
        try await RunningServer.run { server in
            try await RawConnection.to(server.addresses.port) { connection in
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
        } _: { server in
            try await RawConnection.to(server.addresses.port) { connection in
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
        } _: { server in
            try await RawConnection.to(server.addresses.port) { connection in
                let long = String(repeating: "a", count: 4_000)
                let answer = try await connection.request("GET", "/healthz", headers: [("X-Long", long)])
                #expect(answer.status == 400)
            }
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("What is not HTTP is refused and breaks nothing")
    func nonsense() async throws {
        try await RunningServer.run { server in
            try await RawConnection.to(server.addresses.port) { connection in
                try await connection.send("\u{16}\u{3}\u{1} xin chào\r\n\r\n")
                #expect(try await connection.answer().status == 400)
            }
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("Above the limit of connections a client is told so instead of waiting")
    func tooMany() async throws {
        try await RunningServer.run { settings in
            settings.limits.connections = 1
        } _: { server in
            try await RawConnection.to(server.addresses.port) { first in
                #expect(try await first.request("GET", "/healthz").status == 200)
                try await RawConnection.to(server.addresses.port) { second in
                    let answer = try await second.request("GET", "/healthz")
                    #expect(answer.status == 503)
                    #expect(answer.headers["retry-after"] == "5")
                    #expect(answer.body.contains("too_many_connections"))
                }
                #expect(try await first.request("GET", "/healthz").status == 200)
            }
        }
    }

    @Test("A request that has begun is finished when the server shuts down")
    func finishes() async throws {
        try await RunningServer.run { server in
            try await RawConnection.to(server.addresses.port) { connection in
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
