import Channels
import Core
import FakeZalo
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import Outbound
import Pipeline
import Sealing
import Store
import Web

/// What durability costs at the door: signed Zalo webhooks that are verified, decoded, stored and committed before the
/// answer, over a POST to the same server that reads its body and answers.
extension Measure {
    private static let senders = 64
    private static let requests = 4_000
    private static let rounds = 5

    static let acknowledgements = Measure(name: "durable acknowledgements ÷ no-op POST") {
        let zalo = FakeZalo()
        let directory = FileManager.default.temporaryDirectory.appending(path: "nhipcau-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = try Store.open(
            .sqlite(path: directory.appending(path: "bench.db").path), keys: KeyRing(master: MasterKey.random()))
        var connection = ChannelSettings(id: ConnectionID("zalo"))
        let known = FakeZalo.Settings()
        connection.secrets = [
            "app_id": known.applicationID, "app_secret": known.applicationSecret, "oa_secret_key": known.oaSecretKey,
        ]
        var settings = WebSettings()
        settings.port = 0
        settings.connections = [connection.id: try ChannelRegistry.make(.zaloOA, settings: connection)]
        let inbox = Inbox(store: store, clock: SystemClock(), arrivals: Signal()) { _ in .reply }
        let (addresses, found) = AsyncStream.makeStream(of: String.self)
        let server = try WebServer(
            settings: settings, store: store, inbox: inbox, feed: Feed(), metrics: PrometheusMetrics(),
            clock: SystemClock(), logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() },
            routes: [
                Route(
                    "/noop",
                    [
                        .post: { request, _ in
                            _ = try await request.body.collect(upTo: 1 << 20)
                            return Response(status: .ok)
                        }
                    ])
            ], onListening: { found.yield($0.url) })
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        var iterator = addresses.makeAsyncIterator()
        guard let url = await iterator.next() else { throw BareMulti.Failed(code: 0) }

        var pairs: [(ours: Double, bare: Double)] = []
        var next = 0
        for round in 0...rounds {
            var calls: [HTTPCall] = []
            for index in 0..<requests {
                next += 1
                let webhook = await zalo.says("lớp kỹ năng sống thứ 7 này", user: "77\(index % 500)", messageID: "m\(next)")
                calls.append(
                    HTTPCall(method: .post, url: url + "/webhooks/zalo", headers: webhook.headers, body: webhook.body))
            }
            let idle = calls.map { HTTPCall(method: .post, url: url + "/noop", headers: $0.headers, body: $0.body) }
            let ours = try await perSecond(calls)
            let bare = try await perSecond(idle)
            if round > 0 { pairs.append((ours, bare)) }
        }
        await store.close()
        return Row.of(
            "durable acknowledgements ÷ no-op POST", unit: "requests/s, \(senders) at a time", rounds: pairs, goal: .ratioAtLeast(0.8))
    }

    private static func perSecond(_ calls: [HTTPCall]) async throws -> Double {
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = true
        configuration.maximumConnectionsPerHost = senders
        let transport = try CurlTransport(configuration)
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<senders {
                    group.addTask {
                        for index in stride(from: worker, to: calls.count, by: senders) {
                            let answer = try await transport.perform(calls[index])
                            if answer.status != 200 { throw BareMulti.Failed(code: UInt32(clamping: answer.status)) }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        await transport.shutdown(grace: .zero)
        return Double(calls.count) / elapsed.inSeconds
    }
}
