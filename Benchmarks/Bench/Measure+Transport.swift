import Core
import Loopback
import Outbound

/// What the transport costs over libcurl itself: the same requests with the same concurrency to the same peer,
/// by `CurlTransport.perform` from as many tasks, and by a bare loop over a multi handle.
extension Measure {
    private static let concurrency = 32
    private static let rounds = 7
    private static let body = Array(#"{"recipient":{"user_id":"1"},"message":{"text":"Xin chào anh/chị"}}"#.utf8)

    static let transportOverHTTP1 = Measure(name: "transport ÷ bare curl, HTTP/1.1") {
        let server = try LoopbackServer { peer in
            while peer.readRequest() != nil, peer.answer(#"{"error":0,"message":"Success"}"#) {}
        }
        defer { server.stop() }
        return try await transport(
            "transport ÷ bare curl, HTTP/1.1", url: server.url + "/v3.0/oa/message/cs", authority: nil, requests: 4_000)
    }

    static let transportOverHTTP2 = Measure(
        name: "transport ÷ bare curl, HTTP/2", whySkipped: { Nghttpd.isInstalled ? nil : Nghttpd.whySkipped }
    ) {
        let server = try Nghttpd(isVerbose: false)
        defer { server.stop() }
        return try await transport(
            "transport ÷ bare curl, HTTP/2", url: server.url, authority: server.authority, requests: 4_000)
    }

    private static func transport(
        _ name: String, url: String, authority: String?, requests: Int
    ) async throws -> Row {
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = true
        configuration.additionalAuthoritiesFile = authority
        let connections = authority == nil ? concurrency : 1
        configuration.maximumConnectionsPerHost = connections
        let load = BareMulti.Load(
            url: url, body: body, requests: requests, concurrency: concurrency, authority: authority,
            isMultiplexed: authority != nil, maximumConnections: connections)
        let call = HTTPCall(
            method: .post, url: url, headers: [("Content-Type", "application/json"), ("access_token", "t")], body: body)

        let clock = ContinuousClock()
        var pairs: [(ours: Double, bare: Double)] = []
        // The first round warms both sides up and is not counted.
        for round in 0...rounds {
            // A transport of its own each round: the bare loop too begins without connections.
            let transport = try CurlTransport(configuration)
            let ours = try await clock.measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<concurrency {
                        group.addTask {
                            for _ in stride(from: worker, to: requests, by: concurrency) {
                                let answer = try await transport.perform(call)
                                if answer.status != 200 { throw BareMulti.Failed(code: 0) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            await transport.shutdown(grace: .zero)
            let bare = try clock.measure { try BareMulti.run(load) }
            if round > 0 { pairs.append((Double(requests) / ours.inSeconds, Double(requests) / bare.inSeconds)) }
        }
        return Row.of(name, unit: "requests/s, \(concurrency) at a time", rounds: pairs)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
