import Core
import FakeZalo
import Foundation
import Outbound

/// The real program connected to a fake Zalo, and the people who write to it.
final class ZaloStage: Sendable {
    let zalo: FakeZalo
    let home: TestHome
    let server: ServerProcess
    let transport: CurlTransport
    let database: TestDatabase

    /// - Parameters:
    ///   - start: false leaves the program for the test to start.
    ///   - before: lines of configuration that stand before `connections`.
    ///   - connections: further connections, indented by two spaces.
    init(
        _ engine: TestEngine = .sqlite, database given: TestDatabase? = nil, settings: FakeZalo.Settings = FakeZalo.Settings(),
        start: Bool = true, before: String = "",
        connections: String = "",
        secrets: [String: String] = [:]
    ) async throws {
        database = try given ?? TestDatabase(engine)
        zalo = FakeZalo(settings)
        let base = try await zalo.start()
        home = try TestHome(
            configuration: """
                log: {level: info}
                database: {url: "\(database.url)"}
                \(before)
                connections:
                  - id: zalo
                    kind: zalo_oa
                    base_url: \(base)
                    token_url: \(base)
                    app_id: "\(settings.applicationID)"
                    app_secret: {env: TEST_APP_SECRET}
                    oa_secret_key: {env: TEST_OA_SECRET}
                    access_token: {env: TEST_ACCESS}
                    refresh_token: {env: TEST_REFRESH}
                    address: "\(settings.oaID)"
                \(connections)
                """,
            secrets: secrets.merging([
                "TEST_APP_SECRET": settings.applicationSecret, "TEST_OA_SECRET": settings.oaSecretKey,
                "TEST_ACCESS": settings.accessToken, "TEST_REFRESH": settings.refreshToken,
            ]) { $1 })
        server = ServerProcess(home: home)
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = true
        transport = try CurlTransport(configuration)
        if start { try server.start() }
    }

    func end() async {
        server.stop()
        await transport.shutdown(grace: .seconds(1))
        await zalo.stop()
        database.remove()
    }

    /// Posts a webhook as Zalo does.
    @discardableResult
    func post(_ webhook: Webhook) async throws(TransportFailure) -> HTTPAnswer {
        try await transport.perform(
            HTTPCall(
                method: .post, url: server.url + "/webhooks/zalo", headers: webhook.headers, body: webhook.body,
                deadline: .seconds(20)))
    }

    func get(_ path: String) async throws(TransportFailure) -> HTTPAnswer {
        try await transport.perform(HTTPCall(method: .get, url: server.url + path))
    }

    /// Says something and returns what the bot says to it, waiting for `count` messages.
    func talk(_ user: String, _ text: String, id: String, answers count: Int = 1) async throws -> [ReceivedMessage] {
        let before = await zalo.received(for: user).count
        let answer = try await post(await zalo.says(text, user: user, messageID: id))
        guard answer.status == 200 else { throw ServerProcess.Failure(description: "webhook answered \(answer.status)") }
        return Array(try await zalo.waitForMessages(user: user, count: before + count).dropFirst(before))
    }
}

extension HTTPAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
