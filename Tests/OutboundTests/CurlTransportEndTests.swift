import Core
import Loopback
import Outbound
import Testing

/// Cancellation and the end of the transport.
@Suite(.timeLimit(.minutes(2)))
struct CurlTransportEndTests {
    /// Reads requests and answers only when the gate opens.
    private static func holding(_ gate: Gate) -> @Sendable (LoggedPeer) -> Void {
        { peer in
            while peer.readRequest() != nil {
                gate.wait()
                peer.answer("late")
            }
        }
    }

    @Test func `cancelling before anything was sent is cancelled`() async throws {
        try await withServer {
            $0.waitUntilClosed()
        } _: { server in
            try await withTransport { transport in
                let url = "https://127.0.0.1:\(server.port)/"
                let task = Task { await failure(transport, .post(url)) }
                task.cancel()
                #expect(await task.value == .cancelled)
                #expect(transport.snapshot().running == 0)
            }
        }
    }

    @Test func `cancelling after the peer has the request admits that it may have acted`() async throws {
        let gate = Gate()
        try await withServer(Self.holding(gate)) { server in
            try await withTransport { transport in
                let task = Task { await failure(transport, .post(server.url)) }
                for await _ in server.arrivals { break }
                task.cancel()
                let reason = await task.value
                #expect(reason == .timeoutAfterSent)
                #expect(transport.snapshot().failures == ["timeout_after_sent": 1])
                gate.open()
            }
        }
    }

    @Test func `cancelling a call that waits does not touch the one that runs`() async throws {
        let gate = Gate()
        try await withServer(Self.holding(gate)) { server in
            try await withTransport {
                $0.maximumRunningCalls = 1
            } _: { transport in
                async let first = transport.perform(.post(server.url, "first"))
                for await _ in server.arrivals { break }
                let second = Task { await failure(transport, .post(server.url, "second")) }
                second.cancel()
                #expect(await second.value == .cancelled)
                gate.open()
                let answer = try await first
                #expect(answer.body == Array("late".utf8))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a graceful end lets running calls finish and refuses new ones`() async throws {
        let gate = Gate()
        try await withServer(Self.holding(gate)) { server in
            var configuration = CurlTransport.Configuration()
            configuration.allowsPlainHTTP = true
            let transport = try CurlTransport(configuration)
            async let answer = transport.perform(.post(server.url))
            for await _ in server.arrivals { break }
            async let end: Void = transport.shutdown(grace: .seconds(60))
            // The end has begun when a new call is refused; until then new calls are held like the first.
            while true {
                let probe = Task { await failure(transport, .post("http://127.0.0.1:1/")) }
                if await probe.value == .cancelled { break }
            }
            gate.open()
            let late = try await answer
            #expect(late.body == Array("late".utf8))
            await end
            #expect(await failure(transport, .post(server.url)) == .cancelled)
            #expect(transport.snapshot().running == 0)
            #expect(transport.snapshot().answers == 1)
        }
    }

    @Test func `an end without grace breaks off what runs and what waits`() async throws {
        let gate = Gate()
        try await withServer(Self.holding(gate)) { server in
            var configuration = CurlTransport.Configuration()
            configuration.allowsPlainHTTP = true
            configuration.maximumRunningCalls = 1
            let transport = try CurlTransport(configuration)
            async let running = failure(transport, .post(server.url, "first"))
            for await _ in server.arrivals { break }
            async let waiting = failure(transport, .post(server.url, "second"))
            while transport.snapshot().waiting == 0 { await Task.yield() }
            await transport.shutdown(grace: .zero)
            let reasons = await (running, waiting)
            #expect(reasons.0 == .timeoutAfterSent)
            #expect(reasons.1 == .cancelled)
            gate.open()
        }
    }

    @Test func `ending twice, at the same time and afterwards, is harmless`() async throws {
        let transport = try CurlTransport()
        async let first: Void = transport.shutdown(grace: .seconds(1))
        async let second: Void = transport.shutdown(grace: .zero)
        _ = await (first, second)
        await transport.shutdown(grace: .zero)
        #expect(transport.snapshot().running == 0)
    }

    @Test func `calls keep their outcomes when many are cancelled among many that are answered`() async throws {
        try await withServer(echoing) { server in
            try await withTransport {
                $0.maximumRunningCalls = 16
            } _: { transport in
                let outcomes = await withTaskGroup(of: Bool.self) { group in
                    for number in 0..<300 {
                        group.addTask {
                            let body = "call \(number)"
                            let task = Task { try? await transport.perform(.post(server.url, body)) }
                            if number.isMultiple(of: 3) { task.cancel() }
                            guard let answer = await task.value else { return number.isMultiple(of: 3) }
                            return answer.body == Array(body.utf8)
                        }
                    }
                    return await group.reduce(into: [Bool]()) { $0.append($1) }
                }
                #expect(outcomes.count == 300)
                #expect(outcomes.allSatisfy { $0 })
                let snapshot = transport.snapshot()
                #expect(snapshot.calls == snapshot.answers + snapshot.failures.values.reduce(0, +))
                #expect(snapshot.running == 0)
                #expect(snapshot.waiting == 0)
            }
        }
    }
}
