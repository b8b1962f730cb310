import Content
import Testing

@Suite("A hostile file is refused in words, before it can do harm")
struct HostileFileTests {
    private func problem(_ bytes: [UInt8], _ name: String = "x/flows.yml") throws -> ContentProblem {
        let error = try #require(
            try Scratch.with([name: bytes]) { directory in
                #expect(throws: ContentLoadError.self) { try ContentLoader.load(directory: directory, handlers: [:]) }
            })
        return try #require(error.errors.first)
    }

    @Test("Aliases that multiply")
    func laughs() throws {
        var text = "version: \"1\"\nl0: &l0 [x, x]\n"
        for level in 1..<30 { text += "l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]\n" }
        expect(
            try problem(Array(text.utf8)), "x/flows.yml", 7, "More than 8 aliases",
            mend: "Write the text out where it is needed.")
    }

    @Test("Aliases that multiply inside a key")
    func laughsInKeys() throws {
        var text = "version: \"1\"\nl0: &l0 [x, x]\n"
        for level in 1..<30 { text += "l\(level): &l\(level) {? [*l\(level - 1), *l\(level - 1)] : x}\n" }
        #expect(try problem(Array(text.utf8)).message.contains("aliases"))
    }

    @Test("A few aliases are read")
    func fewAliases() throws {
        let text = """
            version: "1"
            replies:
              classes.none: &none
                - text: Không có
              classes.copy: *none
            """
        let problems = try MiniCatalogue.good.adding("extra/replies.vi.yml", text).problems()
        #expect(
            problems.contains {
                $0.message.contains("'classes.none' stands already") || $0.message.contains("already in")
            })
        #expect(!problems.contains { $0.message.contains("alias") })
    }

    @Test("Nesting", arguments: [100, 900, 5_000, 100_000])
    func nesting(depth: Int) throws {
        let open = [UInt8](repeating: UInt8(ascii: "["), count: depth)
        let close = [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        let problem = try problem(Array("flows: ".utf8) + open + close)
        #expect(problem.message.contains("deep in each other"), "\(problem)")
        let lists = try self.problem(
            Array("flows:\n  ".utf8) + Array([[UInt8]](repeating: Array("- ".utf8), count: depth).joined()))
        #expect(lists.message.contains("deep in each other"), "\(lists)")
    }

    @Test("Five megabytes")
    func large() throws {
        let problem = try problem([UInt8](repeating: UInt8(ascii: "a"), count: 5 << 20))
        expect(problem, "x/flows.yml", 1, "larger than 4 MB", mend: "Split it into several files.")
    }

    @Test("Brackets up to the size that is read")
    func manyBrackets() throws {
        #expect(try !problem([UInt8](repeating: UInt8(ascii: "["), count: 4 << 20)).mend.isEmpty)
        #expect(try !problem([UInt8](repeating: UInt8(ascii: "{"), count: 4 << 20)).mend.isEmpty)
    }

    @Test("NUL and other control characters", arguments: [0, 7, 27, 127] as [UInt8])
    func control(byte: UInt8) throws {
        let problem = try problem(Array("version: \"1\"\nflows:\n  x".utf8) + [byte] + Array(": y\n".utf8))
        expect(
            problem, "x/flows.yml", 3, "invisible control character (code \(byte))",
            mend: "Delete it, or write the line again.")
    }

    @Test("NUL written as an escape")
    func escapedControl() throws {
        let problem = try problem(Array("version: \"1\"\nflows:\n  x:\n    handler: \"a\\0b\"\n".utf8))
        expect(
            problem, "x/flows.yml", 4, "invisible control character (code 0)",
            mend: "Delete the escape '\\…' that makes it.")
    }

    @Test("Bytes that are not UTF-8")
    func badUTF8() throws {
        let problem = try problem(Array("version: \"1\"\nflows:\n  x: ".utf8) + [0xC3, 0x28, 0x0A])
        expect(problem, "x/flows.yml", 3, "not UTF-8", mend: "Save the file with the encoding UTF-8.")
        #expect(try self.problem([0xFF, 0xFE, 0x41, 0x00]).message == "The file is UTF-16.")
    }

    @Test(
        "Tags, two documents, no document, a bare text",
        arguments: [
            ("flows: !!python/object:os.system x\n", "A tag"), ("version: \"1\"\n---\nflows: {}\n", "second document"),
            ("# nothing\n", "The file is empty."), ("just words\n", "must begin with 'version:'"),
            ("", "The file is empty."),
            ("? [a, b]\n: x\n", "A key must be a word."), ("flows: *nobody\n", "reads as a reference"),
            ("flows: {a: b\n", "is opened and not closed"),
        ])
    func shapes(text: String, words: String) throws {
        let problem = try problem(Array(text.utf8))
        #expect(problem.message.contains(words), "\(problem)")
    }

    @Test("A directory with the name of a file")
    func directoryAsFile() throws {
        #expect(try problem(Array("x".utf8), "x/flows.yml/inner.yml").location.file == "x/flows.yml/inner.yml")
    }
}
