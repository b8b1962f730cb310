import Core
import FakeTelegram
import Foundation
import JSON
import Outbound

/// The real program connected to a fake Telegram, and the people who write to it.
final class TelegramStage: Sendable {
    /// What the program says people reach it by; leads to wherever it listens.
    static let publicURL = "https://bot.example.edu.vn"

    let telegram: FakeTelegram
    let home: TestHome
    let server: ServerProcess
    private let transport: CurlTransport

    /// Starts the program and connects it with its own command.
    init(settings: FakeTelegram.Settings = FakeTelegram.Settings(), connect: Bool = true) async throws {
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = true
        transport = try CurlTransport(configuration)
        telegram = FakeTelegram(settings, transport: transport)
        home = try TestHome(
            configuration: """
                log: {level: info}
                server: {public_url: "\(Self.publicURL)"}
                connections:
                  - id: telegram
                    kind: telegram
                    base_url: \(try await telegram.start())
                    auth_token: {env: TEST_BOT_TOKEN}
                    secret_token: {env: TEST_BOT_SECRET}
                """,
            secrets: ["TEST_BOT_TOKEN": settings.token, "TEST_BOT_SECRET": "Bi_mat-thu"])
        server = ServerProcess(home: home)
        try await start()
        guard connect else { return }
        let run = try CommandRun(["channels", "connect", "telegram"], home: home)
        guard run.status == 0 else { throw ServerProcess.Failure(description: "not connected: \(run.output)\(run.words)") }
    }

    func start() async throws {
        try server.start()
        await telegram.route(Self.publicURL, to: server.url)
    }

    func end() async {
        server.stop()
        await transport.shutdown(grace: .seconds(1))
        await telegram.stop()
    }

    /// Does something as a person and returns what the bot says to them, waiting for `count` messages.
    func answers(
        _ count: Int = 1, to person: Int64, _ act: (FakeTelegram) async throws -> FakeTelegram.Delivery
    ) async throws -> [FakeTelegram.Message] {
        let before = await telegram.received(by: person).count
        let delivery = try await act(telegram)
        guard delivery.statuses.last == 200 else {
            throw ServerProcess.Failure(description: "the webhook answered \(delivery.statuses)")
        }
        return Array(try await telegram.waitForMessages(to: person, count: before + count).dropFirst(before))
    }

    /// Says something and returns the first answer.
    func say(_ text: String, _ person: Int64) async throws -> FakeTelegram.Message {
        try first(await answers(to: person) { try await $0.says(text, person) })
    }

    /// Presses a button and returns the first answer.
    func press(_ title: String, _ person: Int64) async throws -> FakeTelegram.Message {
        try first(await answers(to: person) { try await $0.presses(title, person) })
    }

    private func first(_ messages: [FakeTelegram.Message]) throws -> FakeTelegram.Message {
        guard let message = messages.first else { throw ServerProcess.Failure(description: "no answer") }
        return message
    }

    /// Posts an update as somebody who is not Telegram.
    func forge(_ update: FakeTelegram.Update, secret: String?) async throws(TransportFailure) -> HTTPAnswer {
        var headers = [(name: "Content-Type", value: "application/json")]
        if let secret { headers.append(("X-Telegram-Bot-Api-Secret-Token", secret)) }
        return try await transport.perform(
            HTTPCall(method: .post, url: server.url + "/webhooks/telegram", headers: headers, body: update.body))
    }

    /// Returns when the program has written these words to its log.
    func waitForLog(_ words: String) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !home.log().contains(words) {
            guard ContinuousClock.now < deadline else {
                throw ServerProcess.Failure(description: "the log has no “\(words)”:\n\(home.log())")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
