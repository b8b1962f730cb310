import Content
import Core
import Dialogue
import Programmes
import Testing

@Suite struct LinkingTests {
    private func play() throws -> Play {
        var play = try Play.begun()
        let member = StaffMember(
            id: StaffID("lan"), login: "lan", name: "Cô Lan", roles: [.safeguarding, .sender], organisation: OrganisationID("th"),
            createdAt: play.now)
        play.records.staff = [member]
        play.records.links["7K4M 92QX"] = LinkOffer(
            staff: member.id, name: member.name, roles: member.roles, organisationName: "Phường Sông Xanh")
        return play
    }

    @Test(arguments: ["/lienket 7K4M 92QX", "/LIENKET  7K4M 92QX ", "/liênkết 7K4M 92QX", "/lienket@nhipcau_bot 7K4M 92QX"])
    func `A code is confirmed by name, then links this chat and is used up`(_ text: String) throws {
        var play = try play()
        try play.say(text)
        #expect(play.keys == ["common.link.confirm"] && play.text.contains("Cô Lan") && play.text.contains("Sông Xanh"))
        #expect(!play.changes.contains { if case .redeemLink = $0 { true } else { false } })
        try play.press("#yes")
        #expect(play.changes.contains(.redeemLink(code: "7K4M 92QX", StaffID("lan"))))
        #expect(play.keys == ["common.link_done"])
        #expect(play.records.staffMember(conversation: Play.mother)?.id == StaffID("lan"))
        #expect(!String(decoding: try play.state.encoded(), as: UTF8.self).contains("92QX"))
        try play.say(text)
        #expect(play.keys == ["common.link_wrong"])
    }

    @Test func `A button carries a code as well`() throws {
        var play = try play()
        try play.press("#intent:common.link?code=7K4M%2092QX")
        #expect(play.keys == ["common.link.confirm"])
    }

    @Test func `Whoever is not meant says no, and the code is forgotten`() throws {
        var play = try play()
        try play.say("/lienket 7K4M 92QX")
        try play.press("#leave")
        #expect(play.records.links.count == 1)
        #expect(!String(decoding: try play.state.encoded(), as: UTF8.self).contains("92QX"))
        try play.say("/lienket 7K4M 92QX")
        try play.wait(.seconds(3600))
        #expect(!String(decoding: try play.state.encoded(), as: UTF8.self).contains("92QX"))
    }

    @Test func `After five wrong codes in an hour not even a right one is looked up, and the answer is the same`() throws {
        var play = try play()
        var answers: Set<String> = []
        for index in 0..<5 {
            try play.say("/lienket WRONG-\(index)")
            answers.insert(play.text)
        }
        try play.say("/lienket 7K4M 92QX")
        answers.insert(play.text)
        #expect(answers.count == 1)
        try play.wait(.seconds(3601))
        try play.say("/lienket 7K4M 92QX")
        #expect(play.keys == ["common.link.confirm"])
    }
}

@Suite struct AcknowledgingTests {
    private func play(roles: Set<StaffRole>, isActive: Bool = true) throws -> Play {
        var play = try Play.reporting()
        play.records.staff = [
            StaffMember(
                id: StaffID("lan"), login: "lan", name: "Cô Lan", roles: roles, organisation: OrganisationID("th"), isActive: isActive,
                conversation: Play.father, createdAt: play.now)
        ]
        return play
    }

    @Test func `A member on duty takes a case once, and hears nothing of it`() throws {
        var play = try play(roles: [.safeguarding])
        let id = try #require(play.openings.first?.id)
        try play.press("#intent:reports.acknowledge?case=\(id.rawValue)", from: Play.father)
        #expect(play.changes.contains(.acknowledgeCase(id, StaffID("lan"))))
        #expect(play.keys == ["reports.acknowledged"])
        try play.press("#intent:reports.acknowledge?case=\(id.rawValue)", from: Play.father)
        #expect(play.keys == ["reports.acknowledged_before"])
        #expect(!play.changes.contains { if case .acknowledgeCase = $0 { true } else { false } })
    }

    @Test func `Nobody else takes one, not even the reporter`() throws {
        var play = try play(roles: [.sender])
        let id = try #require(play.openings.first?.id.rawValue)
        for who in [Play.father, Play.mother] {
            try play.press("#intent:reports.acknowledge?case=\(id)", from: who)
            #expect(play.keys.first == "common.not_for_role")
            #expect(!play.changes.contains { if case .acknowledgeCase = $0 { true } else { false } })
        }
        var gone = try self.play(roles: [.safeguarding], isActive: false)
        try gone.press("#intent:reports.acknowledge?case=\(gone.openings.first?.id.rawValue ?? "")", from: Play.father)
        #expect(gone.keys == ["common.not_for_role"])
    }

    @Test func `An administrator who is paged last can take it`() throws {
        var play = try play(roles: [.administrator])
        let id = try #require(play.openings.first?.id)
        try play.press("#intent:reports.acknowledge?case=\(id.rawValue)", from: Play.father)
        #expect(play.changes.contains(.acknowledgeCase(id, StaffID("lan"))))
    }

    @Test func `An unknown case and a button without one are old buttons`() throws {
        var play = try play(roles: [.safeguarding])
        try play.press("#intent:reports.acknowledge?case=nothing", from: Play.father)
        #expect(play.keys == ["common.button_old"])
        try play.press("#intent:reports.acknowledge", from: Play.father)
        #expect(play.keys == ["common.button_old"])
    }
}

@Suite struct SendingTests {
    private static let school = Organisation(id: OrganisationID("s1"), code: "THCS-1", name: "THCS Sông Xanh", kind: .school)
    private static let other = Organisation(id: OrganisationID("s2"), code: "THCS-2", name: "THCS Núi Lam", kind: .school)

    private func play(_ organisations: [Organisation] = [school], roles: Set<StaffRole> = [.sender]) throws -> Play {
        var play = try Play.begun()
        play.records.staff = [
            StaffMember(
                id: StaffID("lan"), login: "lan", name: "Cô Lan", roles: roles, organisation: OrganisationID("s1"),
                conversation: Play.mother, createdAt: play.now)
        ]
        play.records.knownOrganisations = organisations
        for organisation in organisations {
            for roles in [[], ["parent"], ["teacher"]] {
                play.records.previews[Audience(roles: roles, organisation: organisation.id)] = AudiencePreview(rows: [
                    .init(channel: .zaloOA, reach: .reachable, people: 120), .init(channel: .zaloOA, reach: .optedOut, people: 3),
                ])
            }
        }
        return play
    }

    @Test func `A broadcast is asked for, read back with who can be reached, and started once`() throws {
        var play = try play([Self.school, Self.other])
        try play.say("gửi thông báo", "broadcasts.send")
        #expect(play.keys == ["broadcasts.send.ask_organisation"] && play.buttons.count == 2)
        try play.say("2")
        #expect(play.keys == ["broadcasts.send.ask_to"])
        try play.say("phụ huynh")
        #expect(play.keys == ["broadcasts.send.ask_text"])
        try play.say("Mời phụ huynh đến họp lúc 8 giờ thứ Bảy.", "broadcasts.send")
        #expect(play.keys == ["broadcasts.send.confirm"])
        for words in ["THCS Núi Lam", "123", "120", "Mời phụ huynh đến họp"] { #expect(play.text.contains(words), "\(words)") }
        #expect(play.records.broadcasts.isEmpty)
        try play.press("#yes")
        #expect(play.keys == ["broadcasts.sending"])
        let broadcast = try #require(play.records.broadcasts.first)
        #expect(broadcast.audience == Audience(roles: ["parent"], organisation: Self.other.id))
        #expect(broadcast.author == StaffID("lan") && broadcast.text == "Mời phụ huynh đến họp lúc 8 giờ thứ Bảy.")
        #expect(CheckedNumber.normalised(broadcast.number, prefix: "TB") == broadcast.number)
        #expect(play.text.contains(broadcast.number))
        try play.press("#yes")
        #expect(play.records.broadcasts.count == 1)
    }

    @Test func `With one organisation there is nothing to choose`() throws {
        var play = try play()
        try play.say("gửi thông báo cho giáo viên", "broadcasts.send")
        #expect(play.keys == ["broadcasts.send.ask_text"])
    }

    @Test func `A class that is named narrows the audience, one that the announcement speaks of does not`() throws {
        var play = try play()
        let wanted = Audience(roles: ["parent"], organisation: Self.school.id, schoolClass: "6A")
        play.records.previews[wanted] = AudiencePreview(rows: [.init(channel: .zaloOA, reach: .reachable, people: 31)])
        let grade = Entity(value: .grade(Grade(number: 6, suffix: "A")), start: 0, end: 1, text: "6A")
        try play.say("gửi thông báo cho phụ huynh lớp 6A", "broadcasts.send", [grade])
        #expect(play.keys == ["broadcasts.send.ask_text"])
        let other = Entity(value: .grade(Grade(number: 7, suffix: "B")), start: 0, end: 1, text: "7B")
        try play.say("Mời đến xem lớp 7B diễn kịch.", "broadcasts.send", [other])
        #expect(play.keys == ["broadcasts.send.confirm"] && play.text.contains("lớp 6A") && play.text.contains("31"))
        try play.press("#yes")
        #expect(play.records.broadcasts.first?.audience == wanted)
    }

    @Test func `Nobody but a linked sender sends`() throws {
        for roles in [Set<StaffRole>(), [.safeguarding], [.administrator]] {
            var play = try play(roles: roles)
            try play.say("gửi thông báo", "broadcasts.send")
            #expect(play.keys == ["common.not_for_role"])
        }
    }

    @Test func `An organisation that is not below theirs cannot be chosen by a button either`() throws {
        var play = try play([Self.school, Self.other])
        try play.say("gửi thông báo", "broadcasts.send")
        try play.press("#slot:organisation=s9")
        #expect(play.keys.first == "common.button_old" && play.state.form?.values["organisation"] == nil)
    }

    @Test func `A text about an incident is refused`() throws {
        var play = try play()
        try play.say("gửi thông báo cho phụ huynh", "broadcasts.send")
        try play.say("Cháu B lớp 6A nói xấu bạn", triage: Danger.s3)
        #expect(play.keys == ["broadcasts.refused", "broadcasts.send.ask_text"])
        #expect(play.state.form?.values["text"] == nil)
        try play.say("Cháu B lớp 6A đánh bạn", triage: Danger.s2)
        #expect(play.keys.first == "reports.safety_card" && play.records.broadcasts.isEmpty)
    }

    @Test func `A text that is too long is refused, never cut`() throws {
        var play = try play()
        try play.say("gửi thông báo cho phụ huynh", "broadcasts.send")
        try play.say(String(repeating: "họp ", count: 600))
        #expect(play.keys == ["broadcasts.too_long", "broadcasts.send.ask_text"])
    }

    @Test func `Nobody to send to ends it`() throws {
        var play = try play()
        play.records.previews = [:]
        try play.say("gửi thông báo cho phụ huynh", "broadcasts.send")
        try play.say("Mời họp lúc 8 giờ.")
        #expect(play.keys == ["broadcasts.nobody"] && play.state.form == nil)
    }

    @Test func `Progress, pause, going on and cancelling are asked for by number, by the author only`() throws {
        var play = try play()
        try play.say("gửi thông báo cho phụ huynh", "broadcasts.send")
        try play.say("Mời họp lúc 8 giờ.")
        try play.press("#yes")
        let number = try #require(play.records.broadcasts.first?.number)
        try play.say("tiến độ \(number)")
        #expect(play.keys == ["broadcasts.progress"] && play.text.contains(number))
        try play.say("tam dung \(number.lowercased())")
        #expect(play.keys == ["broadcasts.command_pause"] && play.records.broadcasts.first?.status == .paused)
        try play.say("gửi tiếp \(number)")
        #expect(play.keys == ["broadcasts.command_resume"] && play.records.broadcasts.first?.status == .sending)
        try play.say("hủy \(number)")
        #expect(play.keys == ["broadcasts.command_cancel"] && play.records.broadcasts.first?.status == .cancelled)
        try play.say("hủy \(number)")
        #expect(play.keys == ["broadcasts.over"])
        try play.say("tiến độ \(number)", from: Play.father)
        #expect(!play.keys.contains("broadcasts.progress"))
        play.records.staff[0].id = StaffID("other")
        try play.say("tiến độ \(number)")
        #expect(play.keys == ["broadcasts.unknown"])
    }
}
