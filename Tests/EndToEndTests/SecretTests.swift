import Core
import FakeZalo
import Foundation
import JSON
import Loopback
import Testing

/// Secrets and what people write, searched in everything that an operator or a stranger can read: the log at its most talkative,
/// the metrics, the answers to strangers, what commands print. The platforms of this test print back all that is sent to them.
@Suite("Secrets and texts", .serialized, .timeLimit(.minutes(5)))
struct SecretTests {
    private static let secrets = [
        "TEST_APP_SECRET": "Fjordapp01secret", "TEST_OA_SECRET": "Fjordoa02secret", "TEST_ACCESS": "Fjordaccess03token",
        "TEST_REFRESH": "Fjordrefresh04token", "TEST_BOT_TOKEN": "8123456789:Fjordbot05token", "TEST_BOT_SECRET": "Fjordhook06secret",
        "TEST_MAIL_PASSWORD": "Fjordmail07password",
    ]
    /// Stand in what people write and nowhere else in the world.
    private static let words = ["Zoquixtext", "Vambrytext", "Druxeltext"]

    @Test("stand in no log, metric, error or output, not even when a platform prints them back")
    func nowhere() async throws {
        let stage = try SecretStage(secrets: Self.secrets)
        try stage.start()
        try await stage.everybodyWrites(Self.words)
        try await stage.strangersKnock(Self.words)
        let metrics = try await stage.get("/metrics")
        #expect(metrics.contains("nhipcau_"), "the metrics are searched")
        stage.note(metrics)

        // Commands that look at the same things, with right and with wrong settings.
        for command in [
            ["doctor"], ["doctor", "--json"], ["channels", "list"], ["channels", "connect", "telegram", "--check"], ["database", "check"],
            ["reports", "list"], ["audit", "verify"],
        ] { try stage.run(command) }
        stage.server.stop()
        try stage.run(["serve"], ["TEST_ACCESS": "", "TEST_BOT_SECRET": "Fjordhook06secret với dấu"])
        try stage.run(["doctor"], ["NHIPCAU_DATABASE__URL": "postgres://u:Fjord08database@127.0.0.1:1/x"])
        try stage.run(["doctor"], ["NHIPCAU_DATABASE__URL": "postgres://u:Fjord09/data@base@127.0.0.1:port/x"])
        #expect(stage.printed.contains("telegram"), "what commands print is searched")

        let log = stage.home.log()
        #expect(log.contains("debug"), "the log is as talkative as it can be")
        let key = try Data(contentsOf: stage.home.key)
        let hidden =
            Array(Self.secrets.values) + Self.words + ["Fjord08", "Fjord09"]
            + [String(decoding: key, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines), key.base64EncodedString()]
        for secret in hidden {
            for (place, text) in [("the log", log), ("what was printed or answered", stage.printed)] {
                for form in [secret, Data(secret.utf8).base64EncodedString()] where text.localizedCaseInsensitiveContains(form) {
                    let line = text.split(separator: "\n").first { $0.localizedCaseInsensitiveContains(form) }
                    Issue.record("\(secret) stands in \(place): \(line ?? "")")
                }
            }
        }
        await stage.end()
    }
}
