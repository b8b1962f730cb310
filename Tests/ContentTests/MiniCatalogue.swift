import Content
import FoundationEssentials
import Testing

/// A small `intents/` directory, written out for one test.
struct MiniCatalogue {
    /// Path → content.
    var files: [String: String]
    var handlers: [String: HandlerContract] = [
        "classes.find": HandlerContract(
            requiredSlots: ["topic"], replyKeys: ["classes.found", "classes.none"],
            replyValues: ["classes.found": ["offers", "name", "seats"]])
    ]
    var commonReplyKeys: [String] = ["common.unclear"]

    /// Loads without a problem of any kind.
    static let good = MiniCatalogue(files: [
        "README.md": "Nội dung",
        "classes/nlu.yml": """
        version: "3.1"
        nlu:
          - intent: classes.find
            examples: |
              - tìm [lớp bơi](topic:drowning) cho cháu
              - ở xã mình có lớp nào
              - lớp kỹ năng sống mở khi nào
              - cháu muốn học bơi
              - có lớp dạy trẻ không
              - cuối tuần có lớp gì
              - tìm giúp lớp sơ cứu
              - con tôi muốn học thoát hiểm
          - intent: classes.fees
            examples: |
              - học phí bao nhiêu
              - lớp có mất tiền không
              - đóng bao nhiêu một buổi
              - lớp này miễn phí à
              - tiền học tính sao
              - giá một khoá là mấy
              - phải trả gì thêm
              - có giảm giá cho hộ nghèo
        """,
        "classes/flows.yml": """
        version: "1"
        flows:
          classes.find:
            handler: classes.find
            slots:
              - name: topic
                kind: topic
                prompt: classes.ask_topic
                remember: true
              - name: commune
                kind: commune
                prompt: classes.ask_commune
                skippable: true
                skip_when: {topic: online}
                limit: 80
          classes.fees:
            handler: answer
            reply: classes.fees
            roles: [parent, staff]
        """,
        "classes/replies.vi.yml": """
        version: "1"
        replies:
          classes.ask_topic:
            - text: Anh/chị tìm lớp gì ạ?
              buttons:
                - title: Học bơi
                  payload: "#slot:topic=drowning"
                - title: Bỏ qua
                  payload: "#skip"
          classes.ask_commune:
            - text: Anh/chị ở xã nào ạ?
          classes.found:
            - text: |
                Có mấy lớp này:
                {{#offers}}
                {{plusone(index())}}. {{name}}, còn {{seats}} chỗ
                {{/offers}}
            - text: "{{#offers}}{{name}} ({{seats}}){{^last()}}, {{/last()}}{{/offers}}"
          classes.none:
            - text: Chưa có lớp nào ạ.
          classes.fees:
            - text: Lớp Mẹ & bé không mất tiền.
              buttons:
                - title: Tìm lớp
                  payload: "#intent:classes.find?topic=drowning"
          common.unclear:
            - text: Em chưa rõ ý anh/chị.
        """,
        "classes/replies.en.yml": """
        version: "1"
        replies:
          classes.ask_topic:
            - text: Which class are you looking for?
          classes.ask_commune:
            - text: Which commune do you live in?
          classes.found:
            - text: "{{#offers}}{{name}}: {{seats}} places. {{/offers}}"
          classes.none:
            - text: There is no class yet.
          classes.fees:
            - text: Classes are free.
          common.unclear:
            - text: I did not understand.
        """,
        "classes/tests.yml": """
        version: "1"
        tests:
          - name: a parent looks for a class
            at: "2026-11-24T09:00:00+07:00"
            as: parent
            steps:
              - user: tìm lớp bơi cho cháu
                intent: classes.find
                bot: [{key: classes.ask_commune, contains: ["xã"], excludes: []}]
                slots: {topic: drowning}
                changes: [set_timer]
              - wait: 1h30m
                bot: []
              - attachment: sticker
                bot: [{key: classes.ask_commune}]
          - name: fees
            at: 2026-11-24
            steps:
              - payload: "#intent:classes.fees"
                bot:
                  - key: classes.fees
        """,
        "lookups/topics.yml": """
        version: "1"
        topics:
          - {id: drowning, names: {vi: Phòng đuối nước, en: Water safety}, triggers: [bơi, đuối nước]}
        """,
        "lookups/communes.yml": """
        version: "1"
        communes:
          - {code: 01234, name: Xã Mẫu, spellings: [mẫu]}
        former:
          - {name: Xã Cũ, spellings: [cũ], district: Huyện Xưa, into: ["01234"]}
        """,
        "lookups/teencode.yml": """
        version: "1"
        teencode: {ko: không, NO: không, dc: được}
        """,
        "lookups/schools.yml": """
        version: "3.1"
        nlu:
          - lookup: school
            examples: |
              - Trường Tiểu học Mẫu
        """,
        "reports/triage.yml": """
        version: "1"
        rules:
          - id: beaten_now
            level: S1
            category: physical
            phrases: [đang bị đánh]
          - id: self_harm
            level: S1
            category: self_harm
            phrases: [tự tử]
            ambiguous_when_folded: true
            supports: [muốn chết]
        gates:
          - id: class_about_it
            phrases: [lớp phòng chống]
            caps: S0
            rules: [beaten_now]
            words_before: 4
        """,
    ])

    /// The same catalogue with one file's text changed. The old text must occur.
    func replacing(_ old: String, with new: String, in file: String) throws -> MiniCatalogue {
        let text = try #require(files[file])
        try #require(text.contains(old), "\(old) does not stand in \(file)")
        var copy = self
        copy.files[file] = text.replacing(old, with: new)
        return copy
    }

    func adding(_ file: String, _ content: String) -> MiniCatalogue {
        var copy = self
        copy.files[file] = content
        return copy
    }

    func removing(_ file: String) -> MiniCatalogue {
        var copy = self
        copy.files[file] = nil
        return copy
    }

    func load() throws -> (catalogue: Catalogue, warnings: [ContentProblem]) {
        try Scratch.with(files.mapValues { Array($0.utf8) }) {
            try ContentLoader.load(directory: $0, handlers: handlers, commonReplyKeys: commonReplyKeys)
        }
    }

    /// All problems, whether they stop the load or not.
    func problems() throws -> [ContentProblem] {
        do {
            return try load().warnings
        } catch let error as ContentLoadError {
            return error.problems
        }
    }

    /// The only problem.
    func problem() throws -> ContentProblem {
        let all = try problems()
        try #require(all.count == 1, "\(all)")
        return all[0]
    }
}

/// A directory that lives as long as a closure.
enum Scratch {
    static func with<Result>(_ files: [String: [UInt8]], _ body: (String) throws -> Result) throws -> Result {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("content-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for (path, bytes) in files {
            let place = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: place)
        }
        return try body(root.path)
    }
}

/// Whether a problem is what an author should be told.
func expect(
    _ problem: ContentProblem, _ file: String, _ line: Int, _ words: String, mend: String,
    severity: ContentProblem.Severity = .error, sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
    #expect(problem.severity == severity, sourceLocation: sourceLocation)
    #expect(problem.location.description == "\(file):\(line)", sourceLocation: sourceLocation)
    #expect(problem.message.contains(words), "\(problem)", sourceLocation: sourceLocation)
    #expect(problem.mend == mend, sourceLocation: sourceLocation)
}

/// The same for a warning.
func expectWarning(
    _ problem: ContentProblem, _ file: String, _ line: Int, _ words: String, mend: String,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
    expect(problem, file, line, words, mend: mend, severity: .warning, sourceLocation: sourceLocation)
}
