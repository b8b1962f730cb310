import Content
import Testing

@Suite("A mistake between files")
struct CatalogueCheckTests {
    private let good = MiniCatalogue.good
    private let nlu = "classes/nlu.yml"
    private let flows = "classes/flows.yml"
    private let vietnamese = "classes/replies.vi.yml"
    private let english = "classes/replies.en.yml"
    private let tests = "classes/tests.yml"

    // MARK: Intents

    @Test("An intent without a flow, and the flow that it may have meant")
    func intentWithoutFlow() throws {
        let problems = try good.replacing("- intent: classes.fees", with: "- intent: classes.fee", in: nlu).problems()
        try #require(problems.count == 2)
        expectWarning(
            problems[0], flows, 16, "'classes.fees' has no examples", mend: "Did you mean 'classes.fee'?")
        expect(problems[1], nlu, 15, "'classes.fee' has no flow", mend: "Did you mean 'classes.fees'?")
    }

    @Test("An intent without a flow, with nothing near it")
    func newIntent() throws {
        let examples = (0..<8).map { "      - câu mẫu số \($0)\n" }.joined()
        let broken = good.adding(
            "learning/nlu.yml", "version: \"3.1\"\nnlu:\n  - intent: learning.fund\n    examples: |\n\(examples)")
        expect(
            try broken.problem(), "learning/nlu.yml", 5, "'learning.fund' has no flow",
            mend: "Add 'learning.fund:' to flows.yml, with 'handler: answer' and 'reply: …' for a plain answer.")
    }

    @Test("An intent with few examples is a warning")
    func fewExamples() throws {
        let broken = try good.replacing("      - có giảm giá cho hộ nghèo", with: "", in: nlu)
        expectWarning(
            try broken.problem(), nlu, 15, "has 7 examples",
            mend: "Write at least 8, in the words that different people use.")
    }

    @Test("An intent without a test conversation is a warning")
    func untested() throws {
        let broken = try good.replacing("\"#intent:classes.fees\"", with: "\"#yes\"", in: tests)
            .replacing("- key: classes.fees", with: "- key: classes.none", in: tests)
        expectWarning(
            try broken.problem(), flows, 16, "No test conversation uses the intent 'classes.fees'",
            mend: "Add one to tests.yml, with 'intent: classes.fees' beside 'user: …'.")
    }

    @Test("A name that no button could carry")
    func intentName() throws {
        let broken = try good.replacing("- intent: classes.fees", with: "- intent: học phí", in: nlu)
        let problem = try #require(try broken.problems().last)
        expect(
            problem, nlu, 15, "'học phí' is not a name",
            mend: "Use letters without accents, digits, '.', '_' and '-' only, for example 'classes.find'.")
    }

    @Test("An unknown area is a warning")
    func area() throws {
        let broken = try good.replacing("classes.fees", with: "class.fees", in: nlu)
            .replacing("classes.fees:\n    handler", with: "class.fees:\n    handler", in: flows)
            .replacing("#intent:classes.fees", with: "#intent:class.fees", in: tests)
        expectWarning(
            try broken.problem(), nlu, 15, "'class' is not an area", mend: "Did you mean 'classes'?")
    }

    // MARK: Examples

    @Test("The same words in two intents", arguments: ["Học phí bao nhiêu?", "hoc phi bao nhieu", "học phí bao nhiêu"])
    func duplicate(text: String) throws {
        let broken = try good.replacing("cháu muốn học bơi", with: text, in: nlu)
        expect(
            try broken.problem(), nlu, 15,
            "is an example of both 'classes.fees' and 'classes.find' (classes/nlu.yml:8)",
            mend: "Keep it in the intent that should answer it.")
    }

    @Test("Two words that are the same only without accents are a warning")
    func foldedDuplicate() throws {
        let broken = try good.replacing("cháu muốn học bơi", with: "học phì bao nhiêu", in: nlu)
        expectWarning(
            try broken.problem(), nlu, 15, "Typed without accents",
            mend: "Make one of the two longer, if people write it so.")
    }

    @Test("The same words in another order or with polite words around are a warning")
    func nearDuplicate() throws {
        let broken = try good.replacing("cháu muốn học bơi", with: "em ơi bao nhiêu học phí ạ", in: nlu)
        expectWarning(
            try broken.problem(), nlu, 15, "has the words of 'em ơi bao nhiêu học phí ạ' of 'classes.find'",
            mend: "Make the two sentences differ in a word that tells the intents apart.")
    }

    @Test("A repetition within one intent is a warning")
    func repetition() throws {
        let accents = try good.replacing("giá một khoá là mấy", with: "hoc phi bao nhieu", in: nlu)
        expectWarning(
            try accents.problem(), nlu, 20, "differs from 'học phí bao nhiêu' (classes/nlu.yml:15) in accents only",
            mend: "Delete one of the two; texts are read with and without accents.")
        let same = try good.replacing("giá một khoá là mấy", with: "học phí bao nhiêu", in: nlu)
        expectWarning(
            try same.problem(), nlu, 20, "stands in 'classes.fees' already",
            mend: "Delete one of the two; texts are read with and without accents.")
    }

    // MARK: Flows

    @Test("An unknown handler")
    func handler() throws {
        let broken = try good.replacing("handler: classes.find", with: "handler: classes.fined", in: flows)
        let problem = try #require(try broken.problems().first)
        expect(problem, flows, 3, "which does not exist", mend: "Did you mean 'classes.find'?")
    }

    @Test("A handler without the slot that it needs")
    func requiredSlot() throws {
        var broken = good
        broken.handlers["classes.find"]?.requiredSlots = ["topic", "communes", "when"]
        let problems = try broken.problems()
        try #require(problems.count == 2)
        expect(problems[0], flows, 3, "needs a slot 'communes'", mend: "Did you mean 'commune'?")
        expect(problems[1], flows, 3, "needs a slot 'when'", mend: "Add '- name: when' to its slots.")
    }

    @Test("An unknown kind of slot and an unknown role")
    func kindAndRole() throws {
        let kind = try good.replacing("kind: commune", with: "kind: comune", in: flows)
        expect(try kind.problem(), flows, 11, "no kind of slot 'comune'", mend: "Did you mean 'commune'?")
        let role = try good.replacing("[parent, staff]", with: "[parents, staff]", in: flows)
        expect(try role.problem(), flows, 19, "no role 'parents'", mend: "Did you mean 'parent'?")
    }

    @Test("A flow that answers nothing, and one that answers without being asked")
    func reply() throws {
        let silent = try good.replacing("    reply: classes.fees\n", with: "", in: flows)
        let problem = try #require(try silent.problems().first)
        expect(problem, flows, 16, "does not say what", mend: "Add 'reply: …' with the key of a reply.")
        let both = try good.replacing(
            "handler: classes.find\n", with: "handler: classes.find\n    reply: classes.none\n", in: flows)
        expectWarning(
            try both.problem(), flows, 5, "Only the handler 'answer' says 'reply'",
            mend: "Remove the line, or write 'handler: answer'.")
    }

    @Test("A slot skipped by one that is unknown, or not yet known")
    func skip() throws {
        let unknown = try good.replacing("skip_when: {topic: online}", with: "skip_when: {topics: online}", in: flows)
        expect(try unknown.problem(), flows, 10, "names the slot 'topics'", mend: "Did you mean 'topic'?")
        let later = try good.replacing("remember: true", with: "skip_when: {commune: \"01234\"}", in: flows)
        expect(
            try later.problem(), flows, 6, "is asked later", mend: "Move the slot 'commune' above 'topic'.")
    }

    @Test("Two flows for one intent, two slots of one name")
    func twice() throws {
        let flow = good.adding(
            "other/flows.yml", "version: \"1\"\nflows:\n  classes.fees: {handler: answer, reply: classes.fees}\n")
        expect(
            try flow.problem(), "other/flows.yml", 3, "has a flow already (classes/flows.yml:16)",
            mend: "Keep one of the two.")
        let slot = try good.replacing("- name: commune", with: "- name: topic", in: flows)
        let problem = try #require(try slot.problems().first)
        expect(problem, flows, 10, "'topic' stands twice", mend: "Give one of them another name.")
    }

    // MARK: Replies

    @Test("A reply that a flow, a slot, a handler or the dialogue says and nobody wrote")
    func missingReply() throws {
        let flow = try good.replacing("reply: classes.fees", with: "reply: classes.feess", in: flows)
        let problems = try flow.problems()
        try #require(problems.count == 2)
        expect(problems[0], flows, 16, "no Vietnamese reply 'classes.feess'", mend: "Did you mean 'classes.fees'?")
        expectWarning(
            problems[1], vietnamese, 21, "Nothing says the reply 'classes.fees'",
            mend: "Delete it, or name it in a flow.")

        let slot = try good.replacing("prompt: classes.ask_commune", with: "prompt: classes.where", in: flows)
        let asked = try #require(try slot.problems().first)
        expect(
            asked, flows, 10, "which 'prompt' of the slot 'commune' names",
            mend: "Add 'classes.where:' to replies.vi.yml.")

        var handler = good
        handler.handlers["classes.find"]?.replyKeys.append("classes.full")
        expect(
            try handler.problem(), flows, 3, "which the handler 'classes.find' says",
            mend: "Add 'classes.full:' to replies.vi.yml.")

        var common = good
        common.commonReplyKeys.append("common.unclearly")
        expect(
            try common.problem(), "common/replies.vi.yml", 1, "which every conversation needs",
            mend: "Did you mean 'common.unclear'?")
    }

    @Test("A reply that nothing says is a warning")
    func unused() throws {
        var broken = good
        broken.commonReplyKeys = []
        expectWarning(
            try broken.problem(), vietnamese, 26, "Nothing says the reply 'common.unclear'",
            mend: "Delete it, or name it in a flow.")
    }

    @Test("A family of keys counts as said, and none of it need exist")
    func family() throws {
        var catalogue = good
        catalogue.commonReplyKeys = ["common.*", "words.*"]
        #expect(try catalogue.problems().isEmpty)
        catalogue.handlers["classes.find"]?.replyKeys = ["classes.found", "classes.n.*"]
        expectWarning(
            try catalogue.problem(), vietnamese, 19, "Nothing says the reply 'classes.none'",
            mend: "Delete it, or name it in a flow.")
    }

    @Test("A reply that a language lacks, and one that only it has")
    func languages() throws {
        let renamed = try good.replacing("classes.none:", with: "classes.non:", in: english)
        let problems = try renamed.problems()
        try #require(problems.count == 2)
        expect(problems[0], english, 9, "exists in 'en' only", mend: "Did you mean 'classes.none'?")
        expect(problems[1], vietnamese, 19, "is missing in 'en'", mend: "Did you mean 'classes.non'?")
        let missing = good.adding("classes/replies.tai.yml", "version: \"1\"\nreplies: {}\n")
        #expect(try missing.problems().filter { $0.mend == "Add it to replies.tai.yml." }.count == 6)
    }

    @Test("A placeholder that only one language has")
    func placeholders() throws {
        let broken = try good.replacing("{{seats}} places", with: "{{seat}} places", in: english)
        var unchecked = broken
        unchecked.handlers["classes.find"]?.replyValues = [:]
        let problems = try unchecked.problems()
        try #require(problems.count == 2)
        expect(problems[0], english, 7, "lacks '{{seats}}' in 'en'", mend: "Did you mean 'seat'?")
        expect(problems[1], english, 7, "uses '{{seat}}' in 'en' only", mend: "Did you mean 'seats'?")
    }

    @Test("A section may choose words in one language only")
    func pronouns() throws {
        let catalogue = try good.replacing(
            "Chưa có lớp nào ạ.", with: "\"{{#child}}Em{{/child}}{{^child}}Anh/chị{{/child}} đợi nhé.\"", in: vietnamese
        )
        #expect(try catalogue.problems().isEmpty)
    }

    @Test("A placeholder that the handler does not fill")
    func unfilled() throws {
        var broken = good
        broken.handlers["classes.find"]?.replyValues = [
            "classes.found": ["offers", "name", "seat"], "classes.none": [],
        ]
        let problems = try broken.problems()
        try #require(problems.count == 2)
        expect(problems[0], english, 7, "Nothing fills '{{seats}}'", mend: "Did you mean 'seat'?")
        expect(problems[1], vietnamese, 12, "Nothing fills '{{seats}}'", mend: "Did you mean 'seat'?")
    }

    @Test(
        "Templates that cannot be filled",
        arguments: [
            ("{{{name}}}", "Three braces", "Write two braces, '{{name}}'; texts are never escaped."),
            (
                "{{&name}}", "kind of tag",
                "Use only '{{name}}', '{{#name}}…{{/name}}', '{{^name}}…{{/name}}' and '{{! remark}}'."
            ),
            ("{{name", "'{{' is not closed", "Write '}}' after the placeholder's name."),
            ("{{#a}}x", "'{{#a}}' is not closed", "Write '{{/a}}' where the section ends."),
            ("x{{/a}}", "was not opened", "Remove it, or write '{{#a}}' where the section starts."),
            ("{{#a}}{{#b}}{{/a}}{{/b}}", "where '{{/b}}' is needed", "Close the section 'b' first."),
            (
                "{{tên}}", "not a placeholder's name",
                "Use letters without accents, digits and '_', for example '{{child_name}}'."
            ),
            ("{{uppercase(a)}}", "'uppercase(…)' is not known", "Did you mean 'uppercased'?"),
        ])
    func template(text: String, words: String, mend: String) throws {
        let broken = try good.replacing(
            "- text: Chưa có lớp nào ạ.", with: "- text: |\n        Dạ,\n        \(text)", in: vietnamese)
        let problem = try #require(try broken.problems().first { $0.location.file == vietnamese })
        expect(problem, vietnamese, 22, words, mend: mend)
    }

    @Test("A reply without variants")
    func noVariants() throws {
        let broken = try good.replacing("- text: Chưa có lớp nào ạ.", with: "text: Chưa có lớp nào ạ.", in: vietnamese)
        expect(
            try broken.problem(), vietnamese, 19, "must be a list of variants",
            mend: "Write '- text: …' below it, once for each way of saying it.")
    }

    // MARK: Buttons

    @Test(
        "A payload that no button sends",
        arguments: ["skip", "#skp", "#intent:", "#slot:topic", "#slot:topic=", "#intent:classes.find?topic"])
    func payload(text: String) throws {
        let broken = try good.replacing("payload: \"#skip\"", with: "payload: \"\(text)\"", in: vietnamese)
        expect(
            try broken.problem(), vietnamese, 9, "'\(text)' is not what a button sends",
            mend:
                "Write '#intent:NAME', '#intent:NAME?slot=value', '#slot:NAME=VALUE', '#yes', '#no', '#skip', '#back' or "
                + "'#leave'."
        )
    }

    @Test("A button that leads nowhere")
    func target() throws {
        let intent = try good.replacing("#intent:classes.find?", with: "#intent:classes.finds?", in: vietnamese)
        expect(
            try intent.problem(), vietnamese, 25, "'classes.finds', which has no flow",
            mend: "Did you mean 'classes.find'?")
        let filled = try good.replacing("?topic=drowning", with: "?topics={{topic}}", in: vietnamese)
        let problem = try #require(try filled.problems().first { $0.location.line == 25 })
        expect(problem, vietnamese, 25, "'classes.find' does not have", mend: "Did you mean 'topic'?")
        let slot = try good.replacing("#slot:topic=", with: "#slot:topik=", in: vietnamese)
        expect(try slot.problem(), vietnamese, 7, "which no flow has", mend: "Did you mean 'topic'?")
    }

    @Test("A title longer than a hundred characters")
    func title() throws {
        let broken = try good.replacing(
            "title: Bỏ qua", with: "title: \(String(repeating: "dài ", count: 26))", in: vietnamese)
        expect(
            try broken.problem(), vietnamese, 8, "longer than 100 characters",
            mend: "Say it in a few words; many channels show about 20 characters.")
    }

    // MARK: Tests

    @Test("A test of something that does not exist")
    func conversations() throws {
        let key = try good.replacing("- key: classes.fees", with: "- key: classes.fee", in: tests)
        expect(try key.problem(), tests, 19, "expects the reply 'classes.fee'", mend: "Did you mean 'classes.fees'?")
        let slot = try good.replacing("slots: {topic:", with: "slots: {topics:", in: tests)
        expect(try slot.problem(), tests, 7, "looks at the slot 'topics'", mend: "Did you mean 'topic'?")
        let change = try good.replacing("changes: [set_timer]", with: "changes: [set_time]", in: tests)
        expect(try change.problem(), tests, 11, "no change 'set_time'", mend: "Did you mean 'set_timer'?")
        let intent = try good.replacing("intent: classes.find\n", with: "intent: classes.fnd\n", in: tests)
        expect(try intent.problem(), tests, 7, "expects the intent 'classes.fnd'", mend: "Did you mean 'classes.find'?")
        let payload = try good.replacing("#intent:classes.fees", with: "#intent:classes.fes", in: tests)
        expect(
            try payload.problem(), tests, 19, "'classes.fes', which has no flow", mend: "Did you mean 'classes.fees'?")
    }

    @Test("A test that cannot be run")
    func unrunnable() throws {
        let time = try good.replacing("at: 2026-11-24\n", with: "at: tomorrow\n", in: tests)
        let problem = try #require(try time.problems().first { $0.severity == .error })
        expect(
            problem, tests, 17, "not a point in time", mend: "Write it like \"2026-11-24T09:00:00+07:00\".")
        let wait = try good.replacing("wait: 1h30m", with: "wait: 90", in: tests)
        let waiting = try #require(try wait.problems().first)
        expect(waiting, tests, 12, "not a length of time", mend: "Write it like 30s, 40m, 2h, 3d or 1h30m.")
        let sticker = try good.replacing("attachment: sticker", with: "attachment: stickr", in: tests)
        let attached = try #require(try sticker.problems().first)
        expect(attached, tests, 14, "no kind of attachment", mend: "Did you mean 'sticker'?")
        let both = try good.replacing("- wait: 1h30m", with: "- wait: 1h30m\n        user: ơ", in: tests)
        let two = try #require(try both.problems().first)
        expect(
            two, tests, 12, "Two things happen",
            mend: "Write exactly one of 'user:', 'payload:', 'attachment:' and 'wait:' in it.")
        let none = good.adding("x/tests.yml", "version: \"1\"\ntests:\n  - {name: n, at: 2026-11-24, steps: []}\n")
        expect(
            try none.problem(), "x/tests.yml", 3, "The test says nothing", mend: "Add at least one step '- user: …'.")
    }

    // MARK: Lookups and triage

    @Test("Names of the province that do not fit together")
    func gazetteer() throws {
        let code = try good.replacing("code: 01234", with: "code: 1234", in: "lookups/communes.yml")
        let problem = try #require(try code.problems().first)
        expect(
            problem, "lookups/communes.yml", 3, "'1234' is not a commune's code",
            mend: "Write the five digits of the official list, in quotation marks.")
        let into = try good.replacing("into: [\"01234\"]", with: "into: [\"01235\"]", in: "lookups/communes.yml")
        expect(
            try into.problem(), "lookups/communes.yml", 5, "no commune with the code '01235'",
            mend: "Did you mean '01234'?")
        let name = try good.replacing(", en: Water safety", with: "", in: "lookups/topics.yml")
        expectWarning(
            try name.problem(), "lookups/topics.yml", 3, "has no name in 'en'", mend: "Add 'en: …' to its names.")
        let none = try good.replacing("vi: Phòng đuối nước, ", with: "", in: "lookups/topics.yml")
        expect(
            try none.problem(), "lookups/topics.yml", 3, "has no Vietnamese name", mend: "Add 'vi: …' to its names.")
        let again = good.adding(
            "lookups/topics2.yml",
            """
            version: "1"
            topics:
              - {id: drowning, names: {vi: a, en: b}, triggers: [c]}
              - {id: fire, names: {vi: a, en: b}, triggers: [BOI]}
            """
        )
        let problems = try again.problems()
        try #require(problems.count == 2)
        expect(
            problems[0], "lookups/topics2.yml", 3, "stands already in lookups/topics.yml:3",
            mend: "Keep one of the two.")
        expectWarning(
            problems[1], "lookups/topics2.yml", 4, "'BOI' leads to the topic 'drowning' already",
            mend: "Keep it in one topic, or make it longer.")
        let short = try good.replacing("{ko: không,", with: "{ko: không, Ko: kho,", in: "lookups/teencode.yml")
        expectWarning(
            try short.problem(), "lookups/teencode.yml", 2, "is read in two ways ('khong' and 'kho')",
            mend: "Keep only short forms that mean one thing everywhere; the first one counts.")
    }

    @Test("A rubric that does not fit together")
    func triage() throws {
        let file = "reports/triage.yml"
        let level = try good.replacing(
            "level: S1\n    category: physical", with: "level: S0\n    category: physical", in: file)
        expect(
            try level.problem(), file, 4, "'S0' is not a level",
            mend: "Write one of S4, S3, S2 and S1 (most urgent).")
        let rule = try good.replacing("rules: [beaten_now]", with: "rules: [beaten]", in: file)
        #expect(try rule.problem().location.description == "reports/triage.yml:17")
        let near = try good.replacing("rules: [beaten_now]", with: "rules: [self_ham]", in: file)
        expect(try near.problem(), file, 17, "no rule 'self_ham'", mend: "Did you mean 'self_harm'?")
        let twice = try good.replacing("- id: self_harm", with: "- id: beaten_now", in: file)
        expect(
            try twice.problem(), file, 7, "stands already in reports/triage.yml:3", mend: "Give it an id of its own.")
        let phrase = try good.replacing("phrases: [tự tử]", with: "phrases: [\"!!\"]", in: file)
        expect(try phrase.problem(), file, 10, "has no letters", mend: "Remove it.")
        let unknown = try good.replacing("phrases: [tự tử]", with: "phrases: [\"<nobody> tử\"]", in: file)
        expect(
            try unknown.problem(), file, 10, "can be read in no way",
            mend: "Close each '<' and '(', and name only words that stand in 'words:'.")
        let choices = "(" + (0..<50).map { "w\($0)" }.joined(separator: "|") + ")"
        let phrases = (0..<60).map { "\"\(choices) \(choices) x\($0)\"" }.joined(separator: ", ")
        let many = try good.replacing("phrases: [tự tử]", with: "phrases: [\(phrases)]", in: file)
        expect(
            try many.problem(), file, 10, "more than 100000 ways",
            mend: "Use fewer choices in a phrase, or shorter lists in 'words:'.")
        let words = try good.replacing("words_before: 4", with: "words_before: many", in: file)
        expect(try words.problem(), file, 18, "whole number", mend: "Write a number from 1 to 50.")
    }
}
