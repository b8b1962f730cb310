import Core
import FakeZalo
import Foundation
import Loopback
import Outbound
import Synchronization

/// The program on platforms that print back all that is sent to them, head and body, in the words of their errors; and
/// everything that came out of it for people to read.
final class SecretStage: Sendable {
    let home: TestHome
    let server: ServerProcess
    private let platform: EchoingPlatform
    private let mail: FakeSMTP
    private let zalo: FakeZalo
    private let hookSecret: String
    private let transport: CurlTransport
    private let text = Mutex("")

    /// - Parameter secrets: under the names `TEST_APP_SECRET`, `_OA_SECRET`, `_ACCESS`, `_REFRESH`, `_BOT_TOKEN`, `_BOT_SECRET`,
    ///   `_MAIL_PASSWORD`.
    init(secrets: [String: String]) throws {
        platform = try EchoingPlatform()
        let password = secrets["TEST_MAIL_PASSWORD"] ?? ""
        mail = try FakeSMTP { behaviour in
            behaviour.credentials = ("nhipcau", "another one")
            behaviour.replies[.signIn] = "535 5.7.8 no such password: \(password)"
        }
        home = try TestHome(
            configuration: """
                log: {level: debug}
                connections:
                  - id: zalo
                    kind: zalo_oa
                    base_url: \(platform.url)
                    token_url: \(platform.url)
                    app_id: "1200000000000000077"
                    app_secret: {env: TEST_APP_SECRET}
                    oa_secret_key: {env: TEST_OA_SECRET}
                    access_token: {env: TEST_ACCESS}
                    refresh_token: {env: TEST_REFRESH}
                    address: "4100000000000000041"
                  - id: telegram
                    kind: telegram
                    base_url: \(platform.url)
                    auth_token: {env: TEST_BOT_TOKEN}
                    secret_token: {env: TEST_BOT_SECRET}
                  - id: post
                    kind: mail
                    base_url: \(mail.url)
                    from: nhipcau@example.vn
                    starttls: "false"
                    username: nhipcau
                    password: {env: TEST_MAIL_PASSWORD}
                """,
            secrets: secrets)
        server = ServerProcess(home: home)
        var settings = FakeZalo.Settings()
        settings.applicationSecret = secrets["TEST_APP_SECRET"] ?? ""
        settings.oaSecretKey = secrets["TEST_OA_SECRET"] ?? ""
        zalo = FakeZalo(settings)
        hookSecret = secrets["TEST_BOT_SECRET"] ?? ""
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = true
        transport = try CurlTransport(configuration)
    }

    /// Everything that was printed or answered so far.
    var printed: String { text.withLock { $0 } }

    func note(_ more: String) { text.withLock { $0 += more + "\n" } }

    func start() throws { try server.start(arguments: ["serve"]) }

    func end() async {
        server.stop()
        await transport.shutdown(grace: .seconds(1))
        platform.stop()
        mail.stop()
    }

    /// Runs a command and keeps what it prints, however it ends.
    func run(_ arguments: [String], _ changes: [String: String] = [:]) throws {
        let run = try CommandRun(arguments, environment: home.environment.merging(changes) { $1 })
        note("\(arguments) ended with \(run.status)\n\(run.output)\n\(run.words)")
    }

    func get(_ path: String) async throws -> String {
        try await transport.perform(HTTPCall(method: .get, url: server.url + path)).text
    }

    /// Posts and keeps the answer; returns its status.
    private func post(_ path: String, _ headers: [(name: String, value: String)], _ body: [UInt8]) async throws -> Int {
        let answer = try await transport.perform(
            HTTPCall(method: .post, url: server.url + path, headers: headers, body: body, deadline: .seconds(20)))
        note(answer.headers.map { "\($0.key): \($0.value)" }.joined(separator: "\n") + "\n" + answer.text)
        return answer.status
    }

    // MARK: - What people do

    /// Each word goes in through both platforms, and an answer to it has met both of them when this returns.
    func everybodyWrites(_ words: [String]) async throws {
        for (number, word) in words.enumerated() {
            let webhook = await zalo.says("cho em hỏi lớp bơi \(word)", user: "7700000000000009901", messageID: "s\(number)")
            try expect(200, try await post("/webhooks/zalo", webhook.headers, webhook.body))
            let now = Int(Date().timeIntervalSince1970)
            let update =
                #"{"update_id":\#(number + 1),"message":{"message_id":\#(number + 7),"date":\#(now),"text":"chào \#(word)","#
                + #""from":{"id":99,"is_bot":false,"first_name":"A"},"chat":{"id":99,"type":"private"}}}"#
            try expect(200, try await post("/webhooks/telegram", proof, Array(update.utf8)))
        }
        try await platform.wait(for: ["/v3.0/oa/message/cs", "/sendMessage"])
    }

    /// Forged, broken and misdirected requests, and guesses.
    func strangersKnock(_ words: [String]) async throws {
        let word = words.last ?? ""
        let webhook = await zalo.says(word, user: "7700000000000009901", messageID: "f1")
        let forged = webhook.headers.map {
            (name: $0.name, value: $0.name == "X-ZEvent-Signature" ? "mac=" + String(repeating: "0", count: 64) : $0.value)
        }
        try expect(401, try await post("/webhooks/zalo", forged, webhook.body))
        try expect(401, try await post("/webhooks/telegram", [("X-Telegram-Bot-Api-Secret-Token", "gan-dung")], webhook.body))
        try expect(400, try await post("/webhooks/telegram", proof, Array("{\"update_id\":1,\(word)".utf8)))
        try expect(404, try await post("/webhooks/nowhere", proof, webhook.body))
        try expect(404, try await post("/chat/sessions/khong-co/messages", [("Authorization", "Bearer \(word)")], webhook.body))
        let form = [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
        _ = try await post("/r", form, Array("do=open&n=\(word)&c=\(word)&p=\(word)".utf8))
        _ = try await post("/chat/sessions", [("Content-Type", "application/json")], Array("{\"language\":\"\(word)\"}".utf8))
    }

    private var proof: [(name: String, value: String)] {
        [("X-Telegram-Bot-Api-Secret-Token", hookSecret), ("Content-Type", "application/json")]
    }

    private func expect(_ wanted: Int, _ status: Int) throws {
        guard status == wanted else {
            throw ServerProcess.Failure(description: "answered \(status), not \(wanted): \(printed.suffix(400))")
        }
    }
}

/// Refuses every call with an error that contains the whole call, secrets and texts included.
private final class EchoingPlatform: Sendable {
    private let server: LoopbackServer
    private let paths: Paths

    /// The paths that were called so far.
    private final class Paths: Sendable {
        let all = Mutex<[String]>([])
    }

    init() throws {
        let paths = Paths()
        self.paths = paths
        server = try LoopbackServer { peer in
            while let request = peer.readRequest() {
                let isTelegram = request.path.hasPrefix("/bot")
                let echo = String(
                    String.UnicodeScalarView(
                        (request.head + String(decoding: request.body, as: UTF8.self)).unicodeScalars.map {
                            $0.value < 0x20 || $0 == "\"" || $0 == "\\" ? " " : $0
                        }))
                let answer =
                    isTelegram
                    ? #"{"ok":false,"error_code":400,"description":"Bad Request: \#(echo)"}"#
                    : #"{"error":-201,"message":"Params is invalid: \#(echo)"}"#
                let isSent = peer.answer(
                    answer, status: isTelegram ? "400 Bad Request" : "200 OK",
                    headers: "Content-Type: application/json\r\nX-Echo: \(request.target)\r\n")
                paths.all.withLock { $0.append(request.path) }
                guard isSent else { return }
            }
        }
    }

    var url: String { server.url }

    func stop() { server.stop() }

    /// Returns when a path with each of these ends was called.
    func wait(for ends: [String]) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !ends.allSatisfy({ end in paths.all.withLock { $0.contains { $0.hasSuffix(end) } } }) {
            guard ContinuousClock.now < deadline else {
                throw ServerProcess.Failure(description: "waited for calls of \(ends), there were \(paths.all.withLock { $0 })")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
