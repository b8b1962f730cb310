import Content
import Core
import Testing

@Suite("Saying a reply")
struct ReplyBookTests {
    private func book(_ text: String, buttons: [Button] = [], english: String? = nil) -> ReplyBook {
        var variants: [Language: [String: [ReplyBook.Variant]]] = [
            .vietnamese: ["k": [ReplyBook.Variant(text: text, buttons: buttons)]]
        ]
        if let english { variants[.english] = ["k": [ReplyBook.Variant(text: english)]] }
        return ReplyBook(variants: variants)
    }

    private func say(_ text: String, _ values: [String: ReplyValue] = [:]) throws -> String {
        try book(text).render(key: "k", language: .vietnamese, values: values).text
    }

    @Test("Nothing is escaped, and a value is never a template")
    func plain() throws {
        #expect(try say("Lớp Mẹ & bé: {{name}} <3", ["name": "\"A\" & {{b}}"]) == "Lớp Mẹ & bé: \"A\" & {{b}} <3")
    }

    @Test("Sections show texts, flags and lists, and hide what is missing, empty or false")
    func sections() throws {
        let text = "{{#place}}ở {{place}}{{/place}}{{^place}}chưa rõ nơi{{/place}}"
        #expect(try say(text, ["place": "Xã Mẫu"]) == "ở Xã Mẫu")
        #expect(try say(text, ["place": ""]) == "chưa rõ nơi")
        #expect(try say(text) == "chưa rõ nơi")
        #expect(try say("{{#full}}hết chỗ{{/full}}{{^full}}còn chỗ{{/full}}", ["full": true]) == "hết chỗ")
        #expect(try say("{{#full}}hết chỗ{{/full}}{{^full}}còn chỗ{{/full}}", ["full": false]) == "còn chỗ")
        #expect(try say("{{#of}}x{{/of}}{{^of}}không có{{/of}}", ["of": .list([])]) == "không có")
        #expect(try say("{{#name}}chào {{.}}{{/name}}", ["name": "An"]) == "chào An")
    }

    @Test("A list is said item by item, numbered, with outer values in reach")
    func list() throws {
        let text = """
            {{#offers}}
            {{plusone(index())}}. {{name}}{{#last}} (cuối){{/last}} ở {{place}}{{^last()}};{{/last()}}
            {{/offers}}
            Hết.
            """
        let values: [String: ReplyValue] = [
            "place": "xã", "offers": .list([["name": "A"], ["name": "B", "last": true]]),
        ]
        #expect(try say(text, values) == "1. A ở xã;\n2. B (cuối) ở xã\nHết.")
        #expect(try say("{{count(offers)}} lớp", values) == "2 lớp")
    }

    @Test("A tag alone in the first line leaves no blank line")
    func firstLine() throws {
        #expect(try say("{{#a}}\nmột\n{{/a}}\nhai", ["a": true]) == "một\nhai")
    }

    @Test("Spaces at line ends and repeated blank lines go")
    func tidied() throws {
        #expect(try say("\n một  \n\n\n{{a}}\n\nhai \t\n\n", ["a": ""]) == " một\n\nhai")
    }

    @Test(
        "A missing value is refused by name",
        arguments: [
            ("{{a}} {{b}}", [:], ["a", "b"]), ("{{#a}}{{b}}{{/a}}", ["a": .flag(true)], ["b"]),
            ("{{^a}}{{b}}{{/a}}", [:], ["b"]), ("{{#a}}{{b}}{{/a}}", ["a": .list([["b": "x"], [:]])], ["b"]),
            ("{{a}}", ["a": .flag(true)], ["a"]), ("{{a}}", ["a": .list([])], ["a"]), ("{{index()}}", [:], ["index()"]),
            ("{{.}}", [:], ["."]), ("{{plusone(a)}}", ["a": "1"], ["plusone(a)"]),
        ] as [(String, [String: ReplyValue], [String])])
    func missing(text: String, values: [String: ReplyValue], names: [String]) {
        #expect(throws: ContentError.missingValues(key: "k", language: .vietnamese, names: names)) {
            try say(text, values)
        }
    }

    @Test("A running service may say the sentence with a gap")
    func lenient() throws {
        var book = book("Chào {{name}}!")
        book.missingValues = .leaveEmpty
        #expect(try book.render(key: "k", language: .vietnamese).text == "Chào !")
    }

    @Test("A variant that lacks values gives way to one that does not")
    func variants() throws {
        let book = ReplyBook(variants: [
            .vietnamese: ["k": ["một", "hai {{x}}", "ba"].map { ReplyBook.Variant(text: $0) }]
        ])
        func say(_ pick: UInt64, _ values: [String: ReplyValue] = [:]) throws -> String {
            try book.render(key: "k", language: .vietnamese, values: values, pick: pick).text
        }
        #expect(try (0..<4).map { try say($0, ["x": "!"]) } == ["một", "hai !", "ba", "một"])
        #expect(try say(1) == "ba")
        #expect(try say(.max) == "một")
    }

    @Test("A language without the reply falls back to Vietnamese")
    func languages() throws {
        let book = book("chào", english: "hello")
        #expect(try book.render(key: "k", language: .english).text == "hello")
        #expect(try book.render(key: "k", language: Language(rawValue: "fr")).text == "chào")
        #expect(book.languages == [.english, .vietnamese])
        #expect(throws: ContentError.unknownReply(key: "z")) { try book.render(key: "z", language: .english) }
        #expect(book.contains(key: "k") && !book.contains(key: "z"))
    }

    @Test("A template that does not compile is an error, not a crash")
    func broken() {
        #expect(throws: ContentError.brokenTemplate(key: "k", language: .vietnamese)) { try say("{{#a}}") }
        #expect(throws: ContentError.brokenTemplate(key: "k", language: .vietnamese)) { try say("{{{a}}}") }
    }

    @Test("Buttons are filled, encoded where they carry values, and left out when their title is empty")
    func buttons() throws {
        let book = book(
            "Chọn:",
            buttons: [
                Button(title: "Lớp {{name}}", payload: "#intent:classes.detail?class={{name}}&note={{note}}"),
                Button(title: "{{#full}}Chờ{{/full}}", payload: "#yes"), Button(title: " Xem ", payload: "{{raw}}"),
            ])
        let values: [String: ReplyValue] = ["name": "Bơi & lội", "note": "a=1", "raw": "#slot:topic=fire"]
        let message = try book.render(key: "k", language: .vietnamese, values: values)
        #expect(message.buttons.map(\.title) == ["Lớp Bơi & lội", " Xem"])
        #expect(message.buttons.last?.payload == "#slot:topic=fire")
        #expect(
            ButtonPayload(message.buttons[0].payload)
                == .intent("classes.detail", slots: ["class": "Bơi & lội", "note": "a=1"]))
    }

    @Test("Braces that are no tag stay as they are")
    func braces() throws {
        #expect(try say("a { b } } {c}") == "a { b } } {c}")
    }
}

@Suite("What a button carries")
struct ButtonPayloadTests {
    @Test(
        "Reading gives back what was written",
        arguments: [
            .yes, .no, .skip, .back, .leave, .intent("classes.find", slots: [:]), .intent("faq/ask_x", slots: [:]),
            .intent("a", slots: ["x": "1", "y": "Hàm Rồng & 50%=?"]), .slot("when", value: "2026-11-24T09:00:00+07:00"),
            .slot("child", value: "Nguyễn Văn Á"),
        ] as [ButtonPayload])
    func roundTrip(payload: ButtonPayload) { #expect(ButtonPayload(payload.text) == payload) }

    @Test("Times and names stay readable")
    func readable() {
        #expect(ButtonPayload.slot("t", value: "+84912:00").text == "#slot:t=+84912:00")
        #expect(ButtonPayload.slot("t", value: "ơ").text == "#slot:t=%C6%A1")
        #expect(ButtonPayload("#slot:t=bơi lội") == .slot("t", value: "bơi lội"))
    }

    @Test(
        "Anything else is no payload",
        arguments: [
            "", "#", "yes", "#YES", "#yes ", "#intent:", "#intent:a b", "#intent:a?", "#intent:a?x", "#intent:a?=1",
            "#intent:a?x=1&x=2", "#intent:a?x=%", "#intent:a?x=%4", "#intent:a?x=%ZZ", "#intent:a?x=%FF", "#slot:a",
            "#slot:a=",
            "#slot:=1", "#intent:ă", "#slot:a=" + String(repeating: "x", count: 1_000),
        ])
    func refused(text: String) { #expect(ButtonPayload(text) == nil) }
}
