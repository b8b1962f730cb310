import Core
import FakeZalo
import Foundation
import JSON
import Loopback
import Outbound

/// A school's OA with people on duty: a member of the province's team with a linked chat and a mail address.
final class ReportStage: Sendable {
    let zalo: ZaloStage
    let mail: FakeSMTP
    /// The duty member's chat.
    let dutyChat = "7700000000000009001"
    let password = "một câu dài dễ nhớ của trực ban"

    var home: TestHome { zalo.home }
    var server: ServerProcess { zalo.server }

    init(_ engine: TestEngine = .sqlite, database: TestDatabase? = nil) async throws {
        mail = try FakeSMTP()
        zalo = try await ZaloStage(
            engine, database: database, start: false,
            before: """
                server: {public_url: "https://bot.example.vn"}
                """,
            connections: """
                  - id: post
                    kind: mail
                    base_url: \(mail.url)
                    from: nhipcau@example.vn
                """)
        try organisations("code,name,kind,parent,commune\nTH,Tỉnh Thanh Hóa,province,,\nX1,Phường Hạc Thành,commune,TH,14758\n")
        try command([
            "staff", "add", "truc.ban", "--name", "Nguyễn Thị Trực", "--role", "safeguarding", "--organisation", "TH",
            "--email", "truc.ban@example.vn", "--json",
        ])
    }

    func organisations(_ sheet: String) throws {
        let file = home.directory.appending(path: "organisations.csv")
        try sheet.write(to: file, atomically: true, encoding: .utf8)
        try command(["organisations", "import", file.path])
    }

    /// Runs a command that must succeed.
    @discardableResult
    func command(_ arguments: [String], input: String = "") throws -> String {
        let run = try CommandRun(arguments, input: input, environment: home.environment.merging(["NHIPCAU_PASSWORD": password]) { $1 })
        guard run.status == 0 else {
            throw ServerProcess.Failure(description: "\(arguments) ended with \(run.status): \(run.words)\(run.output)")
        }
        return run.output
    }

    /// Links the duty member's chat with a fresh code, as they would.
    func linkDuty() async throws {
        let code = try command(["staff", "invite", "truc.ban"]).trimmingCharacters(in: .whitespacesAndNewlines)
        _ = try await zalo.talk(dutyChat, code, id: "link-1")
        _ = try await zalo.talk(dutyChat, "đúng", id: "link-2")
    }

    /// The open cases as the list shows them.
    func cases() throws -> [JSONObject] {
        try command(["reports", "list", "--json"]).split(separator: "\n").compactMap { try JSONValue(parsing: Array($0.utf8)).objectValue }
    }

    /// Everything that lies on the program's and the database's disk, except the content that came with the program.
    func bytesOnDisk() throws -> [(name: String, bytes: Data)] {
        try Self.bytes(in: home.directory) + (zalo.database.serverFiles().map(Self.bytes) ?? [])
    }

    private static func bytes(in directory: URL) -> [(name: String, bytes: Data)] {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        var found: [(name: String, bytes: Data)] = []
        for case let file as URL in files ?? .init() where !file.path.contains("/intents/") && !file.hasDirectoryPath {
            if let data = try? Data(contentsOf: file) { found.append((file.lastPathComponent, data)) }
        }
        return found
    }

    func end() async {
        await zalo.end()
        mail.stop()
    }
}
