import Core
import Foundation
import JSON
import Programmes
import Sealing
import Store
import Testing

/// What people of the team do wrong at the terminal: refused with words and an exit code, and nothing has changed.
@Suite("Commands for the team", .serialized, .timeLimit(.minutes(5)))
struct TeamCommandTests {
    /// Stands in the report and nowhere else.
    private static let mark = "Vumblequix"
    private static let unknown = "VV-2222-2222"

    /// One thing somebody types.
    private struct Slip {
        let arguments: [String]
        var input = ""
        var password: String?
        let status: Int32
        /// Part of what is said.
        let words: String
    }

    @Test("whatever is typed wrong is refused with words, shows nothing and changes nothing")
    func slips() async throws {
        let stage = try await Stage(mark: Self.mark)
        let number = stage.number
        func member(_ arguments: [String], as login: String = "truc.ban") -> [String] { ["reports"] + arguments + ["--as", login] }
        // Without a password, which takes long to check, where it makes no difference.
        func duty(_ arguments: [String]) -> [String] { ["reports"] + arguments + ["--duty-key"] }
        let slips = [
            Slip(arguments: member(["show", number]), password: "sai hoàn toàn rồi", status: 1, words: "do not fit"),
            Slip(arguments: member(["show", number], as: "khong.co"), status: 1, words: "do not fit"),
            Slip(arguments: member(["show", number], as: "da.nghi"), status: 1, words: "do not fit"),
            Slip(arguments: member(["show", number], as: "chua.khoa"), status: 1, words: "do not fit"),
            Slip(arguments: member(["show", number]), password: "", status: 1, words: "empty"),
            Slip(arguments: ["reports", "show", number], status: 64, words: "Say who you are"),
            Slip(arguments: member(["show", number, "--duty-key"]), status: 64, words: "Say who you are"),
            Slip(arguments: duty(["show", Self.unknown]), status: 1, words: "There is no case"),
            Slip(arguments: duty(["show", "'; DROP TABLE cases; --"]), status: 1, words: "There is no case"),
            Slip(arguments: member(["show", number], as: "xa.khac"), status: 1, words: "not sealed to you"),
            Slip(arguments: member(["acknowledge", number], as: "xa.khac"), status: 1, words: "not of the case's team"),
            Slip(arguments: duty(["note", number, "--to-reporter"]), input: "chào em", status: 1, words: "has not taken a code"),
            Slip(arguments: duty(["note", number]), input: " \n\u{1B}\n", status: 2, words: "empty"),
            Slip(arguments: duty(["note", number]), input: String(repeating: "x", count: 70_000), status: 2, words: "larger than 64 kB"),
            Slip(arguments: duty(["note", number, "--file", "/nowhere"]), status: 2, words: "cannot be read"),
            Slip(arguments: duty(["assign", number, "--to", "khong.co"]), status: 1, words: "no active member"),
            Slip(arguments: duty(["assign", number, "--to", "da.nghi"]), status: 1, words: "no active member"),
            Slip(arguments: duty(["assign", number, "--to", "chua.khoa"]), status: 1, words: "no key yet"),
            Slip(arguments: duty(["assign", number, "--to", "truong"]), status: 1, words: "must not go to that organisation"),
            Slip(arguments: duty(["assign", number, "--to", "gui.tin"]), status: 1, words: "not of the team"),
            Slip(arguments: duty(["level", number, "S9"]), input: "nhầm", status: 64, words: "no level"),
            Slip(arguments: duty(["level", number, "S3"]), input: "", status: 2, words: "empty"),
            Slip(arguments: member(["level", number, "S3"], as: "xa.khac"), input: "nhầm", status: 1, words: "not sealed to you"),
            Slip(arguments: duty(["close", number]), status: 1, words: "closed with an outcome"),
            Slip(arguments: member(["close", number, "--outcome", "fine"]), status: 64, words: "made_safe"),
            Slip(arguments: member(["close", number, "--outcome", "made_safe", "--told", "neighbour"]), status: 64, words: "line_111"),
            Slip(
                arguments: member(["close", number, "--outcome", "made_safe", "--follow-up", "2026-02-30"]), status: 64, words: "not a day"),
            Slip(
                arguments: member(["close", number, "--outcome", "made_safe"], as: "xa.khac"), status: 1, words: "cannot open the case"),
            Slip(arguments: ["reports", "list", "--status", "lost"], status: 64, words: "no status"),
            Slip(arguments: ["audit", "verify", "--noted", "x"], status: 64, words: "SEQUENCE:MARK"),
        ]
        for slip in slips { try stage.expect(slip.arguments, slip.input, slip.password, slip.status, slip.words) }

        let listed = try #require(try stage.team.cases().first)
        #expect(listed["status"] == .string("new") && listed["level"] == .string("S1") && listed["assignee"] == .null)
        #expect(listed["categories"] == nil && listed["commune"] == nil, "what it is about is not for everybody at the terminal")
        let log = try stage.team.command(["audit", "list"])
        #expect(!log.contains("case.read") && !log.contains("case.noted") && !log.contains("case.closed"))
        #expect(log.components(separatedBy: "staff.refused").count - 1 == 3, "tried passwords of members are noted")
        #expect(try stage.team.command(["audit", "verify", "--json"]).contains("\"whole\":true"))
        await stage.team.end()
    }

    @Test("accounts that cannot be are not made, and changes that would harm are not made unasked")
    func accounts() async throws {
        let stage = try await Stage(mark: Self.mark)
        let place = ["--organisation", "TH"]
        func add(_ login: String, _ role: String = "safeguarding", _ more: [String] = []) -> [String] {
            ["staff", "add", login, "--name", "N", "--role", role] + place + more
        }
        let slips = [
            Slip(arguments: add("Hoa Huệ"), status: 1, words: "lower-case letters"),
            Slip(arguments: add("truc.ban"), status: 1, words: "the login is taken"),
            Slip(arguments: add("moi", "boss"), status: 64, words: "no role"), Slip(arguments: add("moi", ""), status: 64, words: "empty"),
            Slip(arguments: add("moi"), password: "ngắn quá", status: 1, words: "too short"),
            Slip(arguments: add("moi", "sender", ["--email", "a@b\r\nBcc: c@d.vn"]), status: 64, words: "not an address"),
            Slip(arguments: add("moi", "sender", ["--email", "Cô Hoa <hoa@truong.vn>"]), status: 64, words: "not an address"),
            Slip(
                arguments: ["staff", "add", "moi", "--name", "N", "--role", "sender", "--organisation", "NO"], status: 1,
                words: "no organisation"),
            Slip(arguments: ["staff", "invite", "khong.co"], status: 1, words: "no member"),
            Slip(arguments: ["staff", "invite", "da.nghi"], status: 1, words: "no such active member"),
            Slip(arguments: ["staff", "change", "truc.ban", "--role", ""], status: 64, words: "empty"),
            Slip(arguments: ["staff", "change", "truc.ban", "--email", "x"], status: 64, words: "not an address"),
            Slip(arguments: ["staff", "disable", "khong.co"], status: 1, words: "no member"),
            Slip(arguments: ["staff", "reset", "khong.co"], status: 1, words: "no member"),
            Slip(arguments: ["staff", "reset", "truc.ban"], password: "ngắn", status: 1, words: "too short"),
        ]
        for slip in slips { try stage.expect(slip.arguments, slip.input, slip.password, slip.status, slip.words) }
        #expect(!(try stage.team.command(["staff", "list"])).contains("moi"))
        let doctor = try CommandRun(["doctor"], environment: stage.environment())
        #expect(doctor.status == 1 && doctor.output.contains("✘ duty xa.khac: cannot be paged"), "\(doctor.output)")
        #expect(doctor.output.contains("! duty truc.ban: can be paged by mail only"))

        // Closed, the case is the member's alone; a new key would lose it for good.
        try stage.team.command(["reports", "level", stage.number, "S3", "--as", "truc.ban"], input: "đã hỏi \(Self.mark)")
        try stage.team.command(["reports", "close", stage.number, "--as", "truc.ban"])
        try stage.expect(["staff", "reset", "truc.ban"], "", nil, 1, stage.number)
        #expect(try stage.team.command(["reports", "show", stage.number, "--as", "truc.ban"]).contains("S3: đã hỏi \(Self.mark)"))
        let last = try CommandRun(["staff", "disable", "truc.ban"], environment: stage.environment())
        #expect(last.status == 0 && last.words.contains(stage.number) && last.words.contains("Nobody of the province is paged"))
        try stage.expect(["reports", "show", stage.number, "--as", "truc.ban"], "", nil, 1, "do not fit")
        try stage.team.command(["staff", "change", "truc.ban", "--enable"])
        let lost = try CommandRun(["staff", "reset", "truc.ban", "--lose-cases"], environment: stage.environment())
        #expect(lost.status == 0 && lost.words.contains("Nobody can open these any more: \(stage.number)"))
        try stage.expect(["reports", "show", stage.number, "--as", "truc.ban"], "", nil, 1, "not sealed to you")
        await stage.team.end()
    }

    @Test("a duty key that is foreign, missing or readable by others opens nothing")
    func dutyKey() async throws {
        let stage = try await Stage(mark: Self.mark)
        let show = ["reports", "show", stage.number, "--duty-key"]
        let shown = try stage.team.command(show)
        #expect(shown.contains(Self.mark) && shown.contains("duty") == false)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: stage.keyFile.path)
        try stage.expect(show, "", nil, 1, "chmod 600")
        try stage.writeKey(.make())
        for command in [show, ["reports", "share"], ["reports", "acknowledge", stage.number, "--duty-key"]] {
            try stage.expect(command, "", nil, 1, "not the duty key")
        }
        try FileManager.default.removeItem(at: stage.keyFile)
        try stage.expect(show, "", nil, 1, "duty key")
        #expect(try stage.team.cases().first?["status"] == .string("new"))
        await stage.team.end()
    }
}

extension TeamCommandTests {
    /// A report and all kinds of people, without a server.
    private struct Stage {
        let team: ReportStage
        let number: String
        let keyFile: URL
        private let mark: String

        init(mark: String) async throws {
            team = try await ReportStage()
            self.mark = mark
            keyFile = team.home.directory.appending(path: "var/keys/duty.key")
            try team.organisations(
                """
                code,name,kind,parent,commune
                X2,Phường Khác,commune,TH,14797
                T1,Trường A,school,X1,14758

                """)
            for (login, role, place) in [
                ("xa.khac", "safeguarding", "X2"), ("truong", "safeguarding", "T1"), ("gui.tin", "sender", "TH"),
                ("da.nghi", "safeguarding", "TH"),
            ] {
                try team.command(["staff", "add", login, "--name", login, "--role", role, "--organisation", place])
            }
            try team.command(["staff", "disable", "da.nghi"])
            let (store, now, duty) = (try team.zalo.database.open(in: team.home), SystemClock().now(), SealingPrivateKey.make())
            number = try await store.write { tx in
                let province = try #require(try tx.organisation(code: "TH"))
                let keyless = StaffMember(
                    id: StaffID("keyless"), login: "chua.khoa", name: "N", roles: [.safeguarding], organisation: province.id, createdAt: now
                )
                try tx.addStaff(keyless, key: nil, by: .operator, now: now)
                try tx.setSealingKey(.duty, duty.publicKey, by: .program, now: now)
                let chat = try tx.findOrCreateConversation(
                    ConversationAddress(connection: ConnectionID("zalo"), channel: .zaloOA, account: "1", person: "2"), now: now)
                let opening = CaseOpening(
                    id: CaseID("case"), cause: .message, facts: CaseFacts(level: .s1, categories: ["weapon"], commune: "14758"),
                    role: "pupil",
                    language: .vietnamese, linkExpires: now, openedAt: now)
                try tx.openCase(opening, in: chat, event: nil, now: now)
                try tx.appendToCase(opening.id, CaseEntry(kind: .message, text: mark, at: now), event: nil, now: now)
                return try #require(try tx.caseSummary(opening.id)).number
            }
            await store.close()
            try writeKey(duty)
        }

        func writeKey(_ key: SealingPrivateKey) throws {
            try Data(key.bytes).write(to: keyFile)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile.path)
        }

        func environment(password: String? = nil) -> [String: String] {
            team.home.environment.merging(["NHIPCAU_PASSWORD": password ?? team.password]) { $1 }
        }

        func expect(_ arguments: [String], _ input: String, _ password: String?, _ status: Int32, _ words: String) throws {
            let run = try CommandRun(arguments, input: input, environment: environment(password: password))
            #expect(run.status == status && run.words.contains(words), "\(arguments): \(run.status), \(run.words)")
            #expect(run.output.isEmpty && !run.words.contains(mark), "\(arguments) shows nothing: \(run.output)")
        }
    }
}
