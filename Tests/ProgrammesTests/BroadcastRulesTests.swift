import Core
import Testing

@testable import Programmes

@Suite("The text of a broadcast")
struct BroadcastRulesTests {
    private func problem(_ text: String, _ level: Triage.Level = .s0) -> BroadcastText.Problem? {
        BroadcastText.problem(of: text, triage: Triage(level: level, categories: [], ask: false, because: []))
    }

    @Test("a text that speaks of an incident is not sent to many people")
    func incident() {
        for level in [Triage.Level.s1, .s2, .s3] { #expect(problem("…", level) == .incident(level)) }
        for level in [Triage.Level.s0, .s4] { #expect(problem("Mai nghỉ học", level) == nil) }
        #expect(BroadcastText.Problem.incident(.s2).code == "incident")
    }

    @Test("an empty text and one that is too long are told so")
    func length() {
        #expect(problem(" \n\t ") == .empty)
        #expect(problem(String(repeating: "ạ", count: BroadcastText.limit)) == nil)
        #expect(problem(String(repeating: "ạ", count: BroadcastText.limit + 3)) == .tooLong(by: 3))
    }

    @Test("what is sent has no control characters and no white space around it; its lines stay")
    func cleaned() {
        #expect(BroadcastText.cleaned(" \r\n Kính gửi\r\nphụ huynh\u{0}\u{7}\tlớp 6A \n") == "Kính gửi\nphụ huynh lớp 6A")
        #expect(BroadcastText.cleaned("\u{0}").isEmpty)
    }
}
