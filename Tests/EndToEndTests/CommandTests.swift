import Foundation
import JSON
import Testing

/// The commands as people and scripts use them: output, words and exit codes of the contract.
@Suite("Commands", .serialized, .timeLimit(.minutes(5)))
struct CommandTests {
    private static let at = "2026-11-24T09:00:00+07:00"

    @Test("understand prints one object a line, an empty line included, and ends lines at \\n only")
    func understandLines() throws {
        let input = "lop ky nang song t7 nay\n\nem muon tu tu\r\nlớp 6A2"
        let run = try CommandRun(["understand", "-", "--json", "--at", Self.at], input: input)
        #expect(run.status == 0, "\(run.words)")
        let objects = try run.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        try #require(objects.count == 4)
        #expect(objects[0]["intent"]?["name"] == "classes.find")
        #expect(objects[0]["entities"]?[0]?["value"]?["from"] == "2026-11-28T00:00:00+07:00")
        #expect(objects[1]["text"] == "" && objects[1]["intent"] == .null && objects[1]["area"] == "none")
        #expect(objects[2]["text"] == "em muon tu tu\r" && objects[2]["triage"]?["level"] == "S1")
        #expect(objects[2]["area"] == "reports")
        #expect(objects[3]["entities"]?[0]?["value"]?["grade"] == 6)
    }

    @Test("understand says the same with and without diacritics")
    func folded() throws {
        let pairs = [
            ("cho em hỏi lớp kỹ năng sống thứ 7 này ở xã mình có không ạ", "cho em hoi lop ky nang song thu 7 nay o xa minh co khong a"),
            ("đăng ký cho con em học lớp bơi", "dang ky cho con em hoc lop boi"), ("hủy lớp của con tôi", "huy lop cua con toi"),
            ("mai con em xin nghỉ học ạ", "mai con em xin nghi hoc a"), ("cho em gặp người thật", "cho em gap nguoi that"),
        ]
        let run = try CommandRun(
            ["understand", "-", "--json", "--at", Self.at], input: pairs.map { "\($0.0)\n\($0.1)\n" }.joined())
        let names = try run.output.split(separator: "\n").map { try JSONValue(parsing: String($0))["intent"]?["name"] }
        try #require(names.count == pairs.count * 2)
        for index in pairs.indices { #expect(names[2 * index] == names[2 * index + 1] && names[2 * index] != nil) }
    }

    @Test(
        "usage errors end with 64",
        arguments: [
            ["understand"], ["understand", "x", "--at", "tomorrow"], ["channels", "parse"], ["nonsense"], ["serve", "--port", "1"],
        ])
    func usage(arguments: [String]) throws {
        #expect(try CommandRun(arguments).status == 64)
    }

    @Test("broken input files end with 2 and name what is wrong")
    func brokenInput() throws {
        let broken = try CommandRun(["channels", "parse", "zalo_oa", "--request", "-"], input: "{\"method\": 1}")
        #expect(broken.status == 2 && broken.words.contains("method"), "\(broken.words)")
        #expect(try CommandRun(["channels", "read", "zalo_oa", "--answer", "/nowhere.json"]).status == 2)
        #expect(try CommandRun(["channels", "read", "viber", "--answer", "-"], input: "{}").status == 2)
        #expect(try CommandRun(["intents", "evaluate", "--test", "/nowhere.jsonl"]).status == 2)
    }

    @Test("a forged request is an answer, not a failure of the command")
    func forged() throws {
        let request = """
            {"method":"POST","path":"/webhooks/zalo","headers":{"X-ZEvent-Signature":"mac=00"},"body":"{}",
             "secrets":{"app_id":"1","oa_secret_key":"k"}}
            """
        let run = try CommandRun(["channels", "parse", "zalo_oa", "--request", "-"], input: request)
        #expect(run.status == 0)
        #expect(try JSONValue(parsing: run.output)["status"] == 401)
    }

    @Test("the content has no mistakes, and all conversations go as they are written")
    func content() throws {
        let check = try CommandRun(["intents", "check"])
        #expect(check.status == 0, "\(check.output)")
        let test = try CommandRun(["intents", "test"])
        #expect(test.status == 0, "\(test.output)")
        #expect(try CommandRun(["intents", "test", "--filter", "no conversation has this name"]).status == 3)
    }

    @Test("a mistake in the content is told with file, line and mend, and the program does not start with it")
    func brokenContent() throws {
        let home = try TestHome(configuration: "")
        let copy = home.directory.appending(path: "broken")
        try FileManager.default.copyItem(at: TestHome.project.appending(path: "intents"), to: copy)
        let file = copy.appending(path: "classes/flows.yml")
        let text = try String(contentsOf: file, encoding: .utf8).replacing("handler: classes.find", with: "handler: classes.fnid")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let check = try CommandRun(["intents", "check", copy.path])
        #expect(check.status == 1)
        #expect(check.output.contains("classes/flows.yml:") && check.output.contains("classes.find"), "\(check.output)")
        var environment = home.environment
        environment["NHIPCAU_CONTENT__INTENTS"] = copy.path
        let serve = try CommandRun(["serve"], environment: environment)
        #expect(serve.status != 0 && serve.words.contains("classes/flows.yml:"), "\(serve.words)")
    }

    @Test(
        "a mistake in the configuration stops the start with file, line, key and mend",
        arguments: [
            ("server: {prot: 80}", "nhipcau.yml:1"), ("database: {url: mysql://x}", "database.url"),
            ("connections: [{id: z, kind: zalo_oa, app_id: \"1\", app_secret: {env: NOT_SET}, oa_secret_key: {env: NOT_SET}}]", "NOT_SET"),
        ])
    func brokenConfiguration(text: String, expected: String) throws {
        let home = try TestHome(configuration: text)
        let run = try CommandRun(["serve"], home: home)
        #expect(run.status == 1)
        #expect(run.words.contains(expected) && run.words.contains("→"), "\(run.words)")
        #expect(try CommandRun(["doctor"], home: home).status == 1)
    }

    @Test("a conversation in the terminal speaks the web chat's objects")
    func chat() throws {
        let input = """
            {"id":"a1","text":"lớp kỹ năng sống thứ 7 này ở phường Hạc Thành"}
            1
            {"id":"a3","payload":"#intent:common.help"}
            {"id":"a4"}

            """
        let run = try CommandRun(["chat", "--json"], input: input)
        #expect(run.status == 0, "\(run.words)")
        let events = try run.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        try #require(events.count == 3, "\(run.output)")
        #expect(events.allSatisfy { $0["kind"] == "message" && $0["id"]?.stringValue != nil && $0["at"]?.stringValue != nil })
        #expect(events[0]["text"]?.stringValue?.contains("KNS-") == true)
        #expect(run.words.contains("line 4"), "\(run.words)")
    }

    @Test("a second service on the same database is refused, and a stopped one has ended well")
    func secondService() async throws {
        let home = try TestHome(configuration: "")
        let first = ServerProcess(home: home)
        try first.start()
        let second = try CommandRun(["serve"], home: home)
        #expect(second.status == 1 && second.words.contains("Not started"), "\(second.words)")
        #expect(first.stop() == 0)
        let doctor = try CommandRun(["doctor"], home: home)
        #expect(doctor.status == 0, "\(doctor.output)")
    }
}
