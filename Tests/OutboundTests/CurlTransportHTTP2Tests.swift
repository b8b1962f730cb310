import Core
import Loopback
import Outbound
import Testing

@Suite(.timeLimit(.minutes(2)), .enabled(if: Nghttpd.isInstalled, Comment(rawValue: Nghttpd.whySkipped)))
struct CurlTransportHTTP2Tests {
    @Test func `many calls at once share one multiplexed connection`() async throws {
        let server = try Nghttpd()
        defer { server.stop() }
        let url = server.url
        try await withTransport {
            $0.additionalAuthoritiesFile = server.authority
        } _: { transport in
            let answered = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<90 {
                    group.addTask {
                        let body = "call \(number)"
                        return (try? await transport.perform(.post(url, body)).body) == Array(body.utf8)
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 90)
            #expect(transport.snapshot().newConnections == 1)
            #expect(transport.snapshot().reusedConnections == 89)
        }
    }

    @Test func `an unknown authority is refused before anything is sent`() async throws {
        let server = try Nghttpd()
        defer { server.stop() }
        try await withTransport { transport in
            #expect(await failure(transport, .post(server.url)) == .tlsFailed)
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        let server = try Nghttpd(names: "DNS:elsewhere.example")
        defer { server.stop() }
        try await withTransport {
            $0.additionalAuthoritiesFile = server.authority
        } _: { transport in
            #expect(await failure(transport, .post(server.url)) == .tlsFailed)
        }
    }

    @Test func `an answer passes its limit on a shared connection without harming its neighbours`() async throws {
        let server = try Nghttpd()
        defer { server.stop() }
        let url = server.url
        try await withTransport {
            $0.additionalAuthoritiesFile = server.authority
        } _: { transport in
            let large = String(repeating: "x", count: 200_000)
            async let tooLarge = failure(transport, .post(url, large, maximumAnswerBytes: 1_000))
            async let fine = transport.perform(.post(url, large))
            let reason = await tooLarge
            #expect(reason == .answerTooLarge)
            let neighbour = try await fine
            #expect(neighbour.body.count == 200_000)
            #expect(try await transport.perform(.post(url, "after")).body == Array("after".utf8))
        }
    }

    @Test func `a peer that goes away is noticed and the next one is reached anew`() async throws {
        let server = try Nghttpd()
        let url = server.url
        try await withTransport {
            $0.additionalAuthoritiesFile = server.authority
        } _: { transport in
            #expect(try await transport.perform(.post(url, "one")).status == 200)
            server.stop()
            let reason = try #require(await failure(transport, .post(url, "two")))
            #expect(reason == .connectionRefused || reason == .connectionReset(sent: true))
        }
    }
}
