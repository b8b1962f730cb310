import Content
import Core
import Testing

@Suite("A mistake in a file")
struct FileProblemTests {
    private let good = MiniCatalogue.good

    @Test("An unknown key is told with the nearest known one")
    func unknownKey() throws {
        let broken = try good.replacing("skippable: true", with: "skipable: true", in: "classes/flows.yml")
        expect(
            try broken.problem(), "classes/flows.yml", 13, "no key 'skipable'", mend: "Did you mean 'skippable'?")
    }

    @Test("An unknown key at the top of a file is told")
    func unknownTopKey() throws {
        let broken = good.adding("extra/flows.yml", "version: \"1\"\nflow: {}\n")
        let problems = try broken.problems()
        try #require(problems.count == 2)
        expect(problems[0], "extra/flows.yml", 1, "has no 'flows'", mend: "Add a line 'flows:' and its content.")
        expect(problems[1], "extra/flows.yml", 2, "no use for the key 'flow'", mend: "Did you mean 'flows'?")
    }

    @Test("A duplicate key is told at its second place")
    func duplicateKey() throws {
        let broken = good.adding(
            "extra/replies.vi.yml",
            "version: \"1\"\nreplies:\n  a:\n    - text: x\n  b:\n    - text: x\n  a:\n    - text: y\n")
        expect(
            try broken.problem(), "extra/replies.vi.yml", 7, "'a' stands here for the second time (first in line 3)",
            mend: "Keep one of the two, or give this one another name.")
    }

    @Test("A tab is told")
    func tab() throws {
        let broken = good.adding("extra/flows.yml", "version: \"1\"\nflows:\n\tx:\n")
        expect(
            try broken.problem(), "extra/flows.yml", 3, "perhaps a tab",
            mend: "Indent with spaces only; put texts that begin with @, %, ` or a tab in quotation marks.")
    }

    @Test("A colon in an unquoted text is told")
    func colon() throws {
        let broken = try good.replacing("Chưa có lớp nào ạ.", with: "Chú ý: chưa có lớp", in: "classes/replies.vi.yml")
        let problem = try #require(try broken.problems().first { $0.location.file == "classes/replies.vi.yml" })
        expect(
            problem, "classes/replies.vi.yml", 20, "A ':' stands where none is expected",
            mend: "Put the text in quotation marks, or indent this line like its neighbours.")
    }

    @Test("An open quotation mark is told where it opens")
    func openQuotation() throws {
        let broken = good.adding(
            "extra/flows.yml", "version: \"1\"\nflows:\n  x:\n    handler: \"answer\n    reply: y\n")
        expect(
            try broken.problem(), "extra/flows.yml", 4, "opened and not closed",
            mend: "Close it at the end of the text.")
    }

    @Test("`yes` is not true")
    func yes() throws {
        let broken = try good.replacing("remember: true", with: "remember: yes", in: "classes/flows.yml")
        expect(
            try broken.problem(), "classes/flows.yml", 9, "must be true or false",
            mend: "Write 'remember: true' or 'remember: false', without quotation marks.")
    }

    @Test("A number out of range is told")
    func number() throws {
        let broken = try good.replacing("limit: 80", with: "limit: 9000", in: "classes/flows.yml")
        expect(
            try broken.problem(), "classes/flows.yml", 15, "must be a whole number",
            mend: "Write a number from 1 to 4000.")
    }

    @Test("A list where a text belongs is told")
    func wrongType() throws {
        let broken = try good.replacing("handler: answer", with: "handler: [answer]", in: "classes/flows.yml")
        let problem = try #require(try broken.problems().first)
        expect(
            problem, "classes/flows.yml", 17, "must be a text, and is a list",
            mend: "Write the text after the ':', in quotation marks if it has ':', '#' or brackets.")
    }

    @Test("A number where a text belongs is a text")
    func numberAsText() throws {
        let (catalogue, warnings) = try good.replacing("Chưa có lớp nào ạ.", with: "113", in: "classes/replies.vi.yml")
            .load()
        #expect(warnings.isEmpty)
        let text = try catalogue.replies.render(key: "classes.none", language: .vietnamese).text
        #expect(text == "113")
    }

    @Test("An empty text is told")
    func empty() throws {
        let broken = try good.replacing("Chưa có lớp nào ạ.", with: "\"\"", in: "classes/replies.vi.yml")
        expect(
            try broken.problem(), "classes/replies.vi.yml", 20, "is empty", mend: "Write the text.")
    }

    @Test("A missing version and an unknown one are told")
    func version() throws {
        let missing = try good.replacing("version: \"1\"\n", with: "", in: "lookups/topics.yml")
        expect(
            try missing.problem(), "lookups/topics.yml", 1, "does not say its version",
            mend: "Write 'version: \"1\"' in the first line.")
        let unknown = try good.replacing("version: \"1\"", with: "version: \"2\"", in: "lookups/topics.yml")
        expect(try unknown.problem(), "lookups/topics.yml", 1, "not known", mend: "Write 'version: \"1\"'.")
    }

    @Test("A decomposed accent is a warning")
    func decomposed() throws {
        let broken = try good.replacing(
            "Chưa có lớp nào ạ.", with: "Chu\u{31B}a co\u{301}", in: "classes/replies.vi.yml")
        expectWarning(
            try broken.problem(), "classes/replies.vi.yml", 20, "not Unicode NFC",
            mend: "Type the word again with a Vietnamese keyboard set to 'Unicode dựng sẵn'.")
    }

    @Test("A file that nothing reads is told, with the name it may have meant")
    func unread() throws {
        expectWarning(
            try good.adding("classes/floes.yml", "version: \"1\"\nthings: []\n").problem(), "classes/floes.yml", 1,
            "is not read", mend: "Did you mean 'flows.yml'?")
        expectWarning(
            try good.adding("classes/nlu.yml.txt", "x").problem(), "classes/nlu.yml.txt", 1, "is not read",
            mend: "Name it '….yml' if it is content, or move it elsewhere.")
    }

    @Test("Replies whose file names no language are told")
    func repliesWithoutLanguage() throws {
        expect(
            try good.adding("extra/replies.yml", "version: \"1\"\nreplies: {}\n").problem(), "extra/replies.yml", 2,
            "does not say the language", mend: "Name it 'replies.vi.yml', with the language's code.")
    }

    @Test("Hidden files, Markdown and a byte order mark are no problem")
    func harmless() throws {
        var catalogue = good.adding(".git/flows.yml", "::").adding("a/NOTES.md", "x")
        catalogue.files["lookups/topics.yml"] = "\u{FEFF}" + (catalogue.files["lookups/topics.yml"] ?? "")
        #expect(try catalogue.load().warnings.isEmpty)
    }

    @Test("Windows line ends keep the lines in place")
    func windows() throws {
        let broken = try good.replacing("skippable: true", with: "skipable: true", in: "classes/flows.yml")
        let text = try #require(broken.files["classes/flows.yml"]).replacing("\n", with: "\r\n")
        let problem = try good.adding("classes/flows.yml", text).problem()
        #expect(problem.location.line == 13)
    }

    @Test("A missing or empty directory is an error")
    func directory() throws {
        let missing = #expect(throws: ContentLoadError.self) {
            try ContentLoader.load(directory: "/nonexistent/intents", handlers: [:])
        }
        #expect(missing?.problems.first?.message == "The directory cannot be read.")
        let empty = #expect(throws: ContentLoadError.self) {
            try Scratch.with(["README.md": []]) { try ContentLoader.load(directory: $0, handlers: [:]) }
        }
        #expect(empty?.problems.first?.message == "The directory holds no content.")
    }

    @Test("No more than a hundred problems of one file are shown")
    func flood() throws {
        let keys = (0..<300).map { "  k\($0): 1" }.joined(separator: "\n")
        let problems = try good.adding("extra/replies.vi.yml", "version: \"1\"\nreplies:\n\(keys)\n").problems()
        let own = problems.filter { $0.location.file == "extra/replies.vi.yml" }
        #expect(own.count == 101)
        #expect(own.last?.message == "200 more problems of this file are not shown.")
    }
}
