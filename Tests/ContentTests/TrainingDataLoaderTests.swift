import Content
import Testing

@Suite("Training data in Rasa's format")
struct TrainingDataLoaderTests {
    private func load(_ files: [String: String], path: String = "") throws -> TrainingDataLoader.Result {
        try Scratch.with(files.mapValues { Array($0.utf8) }) {
            try TrainingDataLoader.load(path.isEmpty ? $0 : $0 + "/" + path)
        }
    }

    private func problem(_ content: String, name: String = "nlu.yml") throws -> ContentProblem {
        let error = #expect(throws: ContentLoadError.self) { try load([name: content]) }
        return try #require(error?.problems.first { $0.severity == .error })
    }

    /// A line of examples under one intent, as the parser gives it.
    private func example(_ line: String) throws -> Example {
        try #require(
            try load(["nlu.yml": "version: \"3.1\"\nnlu:\n- intent: a\n  examples: |\n    - \(line)\n"]).training
                .examples
                .first)
    }

    @Test("Format 2 loads as it is")
    func formatTwo() throws {
        let result = try load([
            "nlu.yml": """
            version: "2.0"

            nlu:
            - intent: bao_bao_luc
              examples: |
                - em bị [bạn cùng lớp](thu_pham) đánh
                - con tôi bị trêu ở [trường cấp 2]{"entity": "noi", "value": "thcs"}

            - intent: chao
              metadata:
                sentiment: neutral
              examples:
              - text: |
                  chào ạ
              - text: xin chào
                metadata: {sentiment: positive}

            - synonym: thcs
              examples: |
                - cấp hai
                - cấp 2

            - regex: ma_lop
              examples: |
                - \\bKNS-\\d{2,3}\\b

            - lookup: truong
              examples: |
                - Lam Sơn
                - Hàm Rồng
            """
        ])
        #expect(result.warnings.isEmpty, "\(result.warnings)")
        #expect(
            result.rows.map(\.text) == [
                "em bị bạn cùng lớp đánh", "con tôi bị trêu ở trường cấp 2", "chào ạ", "xin chào",
            ])
        #expect(result.rows.map(\.intent) == ["bao_bao_luc", "bao_bao_luc", "chao", "chao"])
        #expect(result.rows.map(\.location.line) == [6, 7, 14, 15])
        #expect(result.training.examples[0].annotations == [Annotation(start: 6, end: 18, entity: "thu_pham")])
        #expect(
            result.training.examples[1].annotations == [Annotation(start: 18, end: 30, entity: "noi", value: "thcs")])
        #expect(result.training.synonyms == ["cấp hai": "thcs", "cấp 2": "thcs"])
        #expect(result.training.regexes == ["ma_lop": [#"\bKNS-\d{2,3}\b"#]])
        #expect(result.training.lookups == ["truong": ["Lam Sơn", "Hàm Rồng"]])
    }

    @Test("Format 3 loads with roles, groups, retrieval intents and files of other kinds beside it")
    func formatThree() throws {
        let result = try load([
            "data/nlu.yml": """
            version: "3.1"
            nlu:
            - intent: faq/ask_hours
              examples: |
                - mấy giờ mở cửa
            - intent: di_chuyen
              examples: |
                - từ [Sầm Sơn]{"entity": "noi", "role": "tu", "group": "1"} về [Bỉm Sơn]{"entity":"noi","role":"den",\
                "group":2}
                - [Ngọc Lặc][{"entity": "noi"}, {"entity": "huyen", "value": "NL"}] đi lối nào
            rules:
            - rule: trả lời
              steps: []
            """,
            "data/stories.yml": "version: \"3.1\"\nstories:\n- story: một\n  steps:\n  - intent: a\n  - action: b\n",
            "data/more.yml": "version: \"3.1\"\nstories: []\n",
            "domain.yml": "version: \"3.1\"\nintents:\n- a\nresponses: {utter_a: [{text: x}]}\nactions: []\n",
            "config.yml": "recipe: default.v1\nlanguage: vi\npipeline: []\npolicies: []\n",
        ])
        #expect(result.rows.map(\.intent) == ["faq/ask_hours", "di_chuyen", "di_chuyen"])
        let annotations = result.training.examples[1].annotations
        #expect(annotations.map(\.role) == ["tu", "den"])
        #expect(annotations.map(\.group) == ["1", "2"])
        #expect(annotations.map(\.start) == [3, 14])
        #expect(
            result.training.examples[2].annotations == [
                Annotation(start: 0, end: 8, entity: "noi"), Annotation(start: 0, end: 8, entity: "huyen", value: "NL"),
            ])
        // Each kind of file that is not read is told about once.
        #expect(
            result.warnings.map(\.location.description) == [
                "config.yml:1", "data/more.yml:2", "data/nlu.yml:10", "domain.yml:2",
            ])
    }

    @Test("A text that only looks like an annotation stays a text")
    func brackets() throws {
        #expect(try example("lớp [6A] và 8]").text == "lớp [6A] và 8]")
        #expect(try example("[] [ (x)").text == "[] [ (x)")
        #expect(
            try example("- gạch [a](b:c:d)").annotations == [Annotation(start: 7, end: 8, entity: "b", value: "c:d")])
        let doubtful = try load(["n.yml": "version: \"3.1\"\nnlu:\n- intent: a\n  examples: |\n    - [lớp] (x)\n"])
        expectWarning(
            try #require(doubtful.warnings.first), "n.yml", 5, "is not an annotation",
            mend: "Remove the space, or the square brackets.")
    }

    @Test(
        "A broken annotation is an error",
        arguments: [
            ("[a](b", "is not closed", "Write ')' after the entity."),
            ("[a]{\"entity\": \"b\"", "is not closed", "Write '}' after the entity."),
            (
                "[a]{entity: b}", "is not JSON",
                "Write '{\"entity\": \"name\", \"value\": \"…\"}' with double quotation marks."
            ),
            ("[a]{\"entiti\": \"b\"}", "no key 'entiti'", "Did you mean 'entity'?"),
            (
                "[a](b c)", "does not name its entity",
                "Write '[text](entity)' or '[text]{\"entity\": \"name\"}', the name without spaces."
            ),
            (
                "[a]{\"value\": \"b\"}", "does not name its entity",
                "Write '[text](entity)' or '[text]{\"entity\": \"name\"}', the name without spaces."
            ),
        ])
    func brokenAnnotation(line: String, words: String, mend: String) throws {
        let file = "version: \"3.1\"\nnlu:\n- intent: a\n  examples: |\n    - tốt\n    - \(line)\n"
        expect(try problem(file), "nlu.yml", 6, words, mend: mend)
    }

    @Test(
        "A broken list of examples is an error",
        arguments: [
            (
                "- intent: a\n  examples: |\n    một\n", 5, "does not begin with '- '",
                "Write '- ' before it, or join it with the example above."
            ),
            (
                "- intent: a\n  examples: |\n    - một\n    -\n", 6, "The example is empty",
                "Write a sentence after '- ', or delete it."
            ),
            (
                "- intent: a\n  examples: >\n    - một\n    - hai\n", 4, "run together",
                "Write 'examples: |' with the bar, and each example in a line of its own."
            ),
            (
                "- intent: a\n  examples:\n", 4, "'a' has no examples",
                "Write lines that begin with '- ' below 'examples: |'."
            ),
            (
                "- intent: a\n", 3, "The intent 'a' has no examples",
                "Add 'examples: |' and below it lines that begin with '- '."
            ),
            ("- intents: a\n  examples: |\n    - x\n", 3, "no key 'intents'", "Did you mean 'intent'?"),
            (
                "- intent: a\n  synonym: b\n  examples: |\n    - x\n", 3, "two things at once",
                "Write exactly one of 'intent:', 'synonym:', 'lookup:' and 'regex:' in it."
            ),
        ])
    func brokenExamples(item: String, line: Int, words: String, mend: String) throws {
        expect(try problem("version: \"3.1\"\nnlu:\n" + item), "nlu.yml", line, words, mend: mend)
    }

    @Test("Blank lines and a remark above do not move the lines of examples")
    func lines() throws {
        let result = try load([
            "n.yml":
                "version: \"3.1\"\nnlu:\n- intent: a\n  # lời bàn\n  examples: |\n\n    - một\n\n    # bỏ\n    - hai\n"
        ])
        #expect(result.rows.map(\.location.line) == [7, 10])
        expectWarning(
            try #require(result.warnings.first), "n.yml", 9, "A remark inside the examples",
            mend: "Move it above the line 'examples: |'.")
    }

    @Test("A pattern that cannot be read and a synonym of two words are warnings")
    func doubts() throws {
        let result = try load([
            "n.yml": """
            version: "3.1"
            nlu:
            - intent: a
              examples: |
                - một
            - regex: hỏng
              examples: |
                - ([a-z
            - synonym: x
              examples: |
                - chung
            - synonym: y
              examples: |
                - chung
            """
        ])
        #expect(result.warnings.map(\.location.line) == [8, 14])
        #expect(result.training.regexes.isEmpty)
        #expect(result.training.synonyms == ["chung": "x"])
    }

    @Test("Lines of JSON are rows; null, oos and no intent are out of scope")
    func jsonLines() throws {
        let result = try load(
            [
                "t.jsonl":
                    """
                {"text": "học phí", "intent": "fees"}

                {"text": "trời mưa", "intent": null}\r
                {"intent":"oos","text":"x","id":7}
                {"text":""}
                """
            ],
            path: "t.jsonl")
        #expect(result.rows.map(\.intent) == ["fees", nil, nil, nil])
        #expect(result.rows.map(\.location.line) == [1, 3, 4, 5])
        #expect(result.training.examples.map(\.text) == ["học phí"])
    }

    @Test(
        "A broken line of JSON is told with its number",
        arguments: [
            "{\"text\": 5, \"intent\": \"a\"}", "not json", "{\"intent\": \"a\"}", "[]",
        ])
    func brokenJSON(line: String) throws {
        let error = try #require(
            try Scratch.with(["t.jsonl": Array("{\"text\": \"a\", \"intent\": \"b\"}\n\(line)\n".utf8)]) { directory in
                #expect(throws: ContentLoadError.self) { try TrainingDataLoader.load(directory + "/t.jsonl") }
            })
        #expect(error.problems.map(\.location.line) == [2])
        #expect(error.problems.first?.mend.contains("{\"text\": \"…\"") == true)
    }

    @Test("An out-of-scope intent in YAML is no intent to train")
    func outOfScope() throws {
        let result = try load([
            "n.yml":
                """
            version: "3.1"
            nlu:
            - intent: oos
              examples: |
                - trời mưa
            - intent: a
              examples: |
                - b
            """
        ])
        #expect(result.rows.map(\.intent) == [nil, "a"])
        #expect(result.training.examples.map(\.intent) == ["a"])
    }

    @Test("A path without rows is an error")
    func nothing() throws {
        let error = #expect(throws: ContentLoadError.self) { try TrainingDataLoader.load("/nonexistent/n.yml") }
        #expect(error?.problems.first?.message == "The file cannot be read.")
        #expect(try problem("version: \"3.1\"\nnlu: []\n").message == "There are no examples.")
        #expect(throws: ContentLoadError.self) { try load(["t.jsonl": "\n\n"], path: "t.jsonl") }
    }
}
