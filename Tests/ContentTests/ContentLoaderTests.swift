import Content
import Core
import Testing

@Suite("A good catalogue")
struct ContentLoaderTests {
    @Test("loads without a word of complaint")
    func good() throws {
        let (catalogue, warnings) = try MiniCatalogue.good.load()
        #expect(warnings.isEmpty, "\(warnings)")
        #expect(catalogue.training.examples.count == 16)
        #expect(catalogue.training.lookups == ["school": ["Trường Tiểu học Mẫu"]])
        let example = try #require(catalogue.training.examples.first)
        #expect(example.text == "tìm lớp bơi cho cháu")
        #expect(example.annotations == [Annotation(start: 4, end: 11, entity: "topic", value: "drowning")])
        #expect(example.location.description == "classes/nlu.yml:5")
    }

    @Test("gives flows with their slots in order")
    func flows() throws {
        let flow = try #require(try MiniCatalogue.good.load().catalogue.flows["classes.find"])
        #expect(flow.handler == "classes.find")
        #expect(flow.roles == nil)
        #expect(flow.slots.map(\.name) == ["topic", "commune"])
        #expect(flow.slots[0].remember && !flow.slots[0].skippable)
        #expect(flow.slots[1].skippable && flow.slots[1].skipWhen == ["topic": "online"] && flow.slots[1].limit == 80)
        #expect(flow.slots[1].location.description == "classes/flows.yml:10")
        let fees = try #require(try MiniCatalogue.good.load().catalogue.flows["classes.fees"])
        #expect(fees.roles == [.parent, .staff])
        #expect(fees.reply == "classes.fees")
    }

    @Test("gives test conversations with the time and the role")
    func conversations() throws {
        let conversations = try MiniCatalogue.good.load().catalogue.conversations
        #expect(conversations.map(\.name) == ["a parent looks for a class", "fees"])
        #expect(conversations[0].at == Instant(iso8601: "2026-11-24T09:00:00+07:00"))
        #expect(conversations[1].role == .parent)
        let steps = conversations[0].steps
        #expect(steps.map(\.input) == [.text("tìm lớp bơi cho cháu"), .wait(.seconds(5_400)), .attachment(.sticker)])
        #expect(steps[0].answers == [.init(key: "classes.ask_commune", contains: ["xã"])])
        #expect(steps[0].slots == ["topic": "drowning"])
        #expect(steps[0].changes == ["set_timer"])
        #expect(steps[1].changes == nil && steps[1].answers.isEmpty)
        #expect(steps[0].intent == "classes.find")
    }

    @Test("gives the names of the province")
    func gazetteer() throws {
        let gazetteer = try MiniCatalogue.good.load().catalogue.gazetteer
        // An unquoted code keeps its leading nought.
        #expect(gazetteer.commune(code: "01234")?.name == "Xã Mẫu")
        #expect(gazetteer.formerUnits.map(\.successors) == [["01234"]])
        #expect(gazetteer.topic(id: "drowning")?.names["en"] == "Water safety")
        // `NO` is a word here, not a truth value.
        #expect(gazetteer.teencode == ["ko": "khong", "no": "khong", "dc": "duoc"])
    }

    @Test("gives the triage rubric")
    func triage() throws {
        let triage = try MiniCatalogue.good.load().catalogue.triage
        #expect(triage.rules.map(\.id) == ["beaten_now", "self_harm"])
        #expect(triage.rules[1].ambiguousWhenFolded && triage.rules[1].supports == ["muốn chết"])
        #expect(triage.gates[0].caps == .s0 && triage.gates[0].wordsBefore == 4)
    }

    @Test("has a digest that follows its bytes and nothing else")
    func digest() throws {
        let first = try MiniCatalogue.good.load().catalogue.digest
        #expect(first.utf8.count == 64)
        #expect(try MiniCatalogue.good.load().catalogue.digest == first)
        let changed = try MiniCatalogue.good.replacing("Chưa có lớp", with: "Chưa mở lớp", in: "classes/replies.vi.yml")
        #expect(try changed.load().catalogue.digest != first)
    }

    @Test("says all problems at once, in reading order")
    func allAtOnce() throws {
        let broken = try MiniCatalogue.good
            .replacing("kind: topic", with: "kind: topics", in: "classes/flows.yml")
            .replacing(
                "level: S1\n    category: physical", with: "level: S9\n    category: physical", in: "reports/triage.yml"
            )
            .replacing("spellings: [mẫu]", with: "spelling: [mẫu]", in: "lookups/communes.yml")
        let error = #expect(throws: ContentLoadError.self) { try broken.load() }
        #expect(
            error?.problems.map(\.location.description) == [
                "classes/flows.yml:7", "lookups/communes.yml:3", "lookups/communes.yml:3", "reports/triage.yml:4",
            ])
    }
}
