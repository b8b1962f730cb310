import Content
import Core
import Foundation
import JSON
import Testing

@testable import Understanding

@Suite("Interpreter")
struct InterpreterTests {
    private static let nowhere = SourceLocation(file: "", line: 0)

    private static func data(_ rows: [(String, String)]) -> TrainingData {
        TrainingData(examples: rows.map { Example(text: $0.0, intent: $0.1, location: nowhere) })
    }

    private static let small = data([
        ("chào bạn", "greet"), ("xin chào", "greet"), ("tạm biệt nhé", "bye"), ("hẹn gặp lại", "bye"),
        ("lớp học bơi", "find"),
        ("có lớp nào không", "find"),
    ])

    /// Sentences that stand nowhere in the examples.
    static let heldOut: [(String, String)] = [
        ("tuần này ở Nga Sơn có lớp bơi không", "classes.find"),
        ("cho hỏi học phí lớp kỹ năng bao nhiêu tiền", "classes.fees"),
        ("tôi muốn đăng ký cho cháu học", "classes.enrol"), ("hủy đăng ký giúp tôi", "classes.cancel"),
        ("con tôi bị bạn cùng lớp đánh", "reports.report"),
        ("em bị bắt nạt trong lớp", "reports.report"), ("xin chào", "common.greet"),
        ("cảm ơn nhiều nhé", "common.thanks"),
        ("tôi muốn nói chuyện với người thật", "common.human"), ("bạn là người hay máy", "common.bot"),
        ("đừng gửi tin nhắn cho tôi nữa", "broadcasts.stop"),
        ("cho cháu xin nghỉ học ngày mai", "common.absence"), ("chuyển sang tiếng anh", "common.language_en"),
        ("cần mang giấy tờ gì khi đi học", "classes.documents"),
        ("lớp này ai dạy", "classes.teachers"), ("tin báo của tôi xử lý đến đâu rồi", "reports.status"),
        ("quay lại bước trước", "common.back"),
        ("trung tâm học tập cộng đồng ở đâu", "learning.centre"),
    ]

    @Test("Sentences of a held-out set are mostly understood, with and without marks")
    func heldOutSet() throws {
        let interpreter = try #require(Fixtures.interpreter)
        var right = 0
        for (text, intent) in Self.heldOut {
            let reading = interpreter.read(text, at: Fixtures.now)
            if reading.ranking.first?.name == intent { right += 1 }
            // The ranking sees folded words only.
            #expect(interpreter.read(Fixtures.folded(text), at: Fixtures.now).ranking == reading.ranking, "\(text)")
        }
        #expect(right >= Self.heldOut.count * 8 / 10, "\(right) of \(Self.heldOut.count)")
    }

    @Test("What has nothing to do with the examples is out of scope")
    func outOfScope() throws {
        let interpreter = try #require(Fixtures.interpreter)
        for text in ["", "🙂", "asdkjh qwlekj zxcmn", "квартира", "\u{0}\u{1}"] {
            let reading = interpreter.read(text, at: Fixtures.now)
            #expect(reading.intent == nil && reading.certainty == .outOfScope, "\(text)")
            #expect(reading.area == .none)
        }
    }

    @Test("Confidences are sorted and sum to one")
    func confidences() throws {
        let ranking = try #require(Fixtures.interpreter).read("lớp bơi", at: Fixtures.now).ranking
        #expect(abs(ranking.reduce(0) { $0 + $1.confidence } - 1) < 1e-4)
        #expect(zip(ranking, ranking.dropFirst()).allSatisfy { $0.confidence >= $1.confidence })
    }

    @Test("Two trainings on the same examples give the same bytes")
    func determinism() throws {
        let digest = ModelFile.Digest([], Teencode())
        let first = try Interpreter.make(training: Self.small)
        let second = try Interpreter.make(training: Self.small)
        #expect(ModelFile.encode(first.model, digest) == ModelFile.encode(second.model, digest))
    }

    @Test("Trainings at the same time do not disturb each other")
    func concurrentTraining() async throws {
        let digest = ModelFile.Digest([], Teencode())
        let expected = ModelFile.encode(try Interpreter.make(training: Self.small).model, digest)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (try? Interpreter.make(training: Self.small)).map { ModelFile.encode($0.model, digest) == expected }
                        ?? false
                }
            }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    // MARK: Cache

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    @Test("A cached model reads as the trained one did")
    func cache() throws {
        try withDirectory { directory in
            let trained = try Interpreter.make(training: Self.small, cache: directory)
            #expect(trained.origin == .training)
            let cached = try Interpreter.make(training: Self.small, cache: directory)
            #expect(cached.origin == .cache)
            for text in ["chào", "lop boi ko", "bye", "xyz"] {
                #expect(cached.read(text, at: Fixtures.now) == trained.read(text, at: Fixtures.now))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [ModelFile.name])
            let other = Self.data([("một", "a"), ("hai", "b")])
            #expect(try Interpreter.make(training: other, cache: directory).origin == .training)
        }
    }

    @Test("A broken cache is rebuilt, an unusable directory ignored")
    func brokenCache() throws {
        try withDirectory { directory in
            _ = try Interpreter.make(training: Self.small, cache: directory)
            let path = directory + "/" + ModelFile.name
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for broken in [Data(), Data([1, 2, 3]), whole.prefix(whole.count / 2), whole + Data([0])] {
                try broken.write(to: URL(fileURLWithPath: path))
                #expect(try Interpreter.make(training: Self.small, cache: directory).origin == .training)
                #expect(try Interpreter.make(training: Self.small, cache: directory).origin == .cache)
            }
            for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
                var flipped = whole
                flipped[place] ^= 0x40
                #expect(
                    ModelFile.decode(
                        Array(flipped), ModelFile.Digest(Self.small.examples.map { ($0.text, $0.intent) }, Teencode()))
                        == nil)
            }
            #expect(try Interpreter.make(training: Self.small, cache: path + "/not/a/directory").origin == .training)
        }
    }

    // MARK: Odd training sets and odd texts

    @Test("Very small training sets are accepted")
    func smallSets() throws {
        #expect(try Interpreter.make(training: TrainingData()).read("chào", at: Fixtures.now).intent == nil)
        let single = try Interpreter.make(training: Self.data([("chào bạn", "greet")]))
        #expect(single.read("chào bạn", at: Fixtures.now).intent?.name == "greet")
        let two = try Interpreter.make(
            training: Self.data([("chào bạn", "greet"), ("tạm biệt", "bye"), ("hẹn gặp lại", "bye")]))
        #expect(two.read("chao ban", at: Fixtures.now).ranking.first?.name == "greet")
        let empty = try Interpreter.make(training: Self.data([("", "a"), ("🙂", "b"), ("một hai", "c")]))
        #expect(empty.read("một hai", at: Fixtures.now).ranking.map(\.name) == ["c"])
        _ = try Interpreter.make(training: Self.data([("giống nhau", "a"), ("giống nhau", "b")])).read(
            "giống", at: Fixtures.now)
    }

    @Test("No text makes reading fail or stall", arguments: 0..<40)
    func robustness(_ seed: UInt64) throws {
        let interpreter = try #require(Fixtures.interpreter)
        var random = SeededRandom(seed: seed)
        let pieces = [
            "thứ", "7", "8h", "30", "/", "-", ".", ":", " ", "lớp", "từ", "đến", "k", "tr", "0912", "xã", "\u{301}",
            "\u{200D}", "🙂", "đ", "t", "\n", "@",
        ]
        var view = String.UnicodeScalarView()
        for _ in 0..<Int(random.next() % 400) {
            if random.next() % 3 == 0,
                let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: random.next() % 0x11_0000))
            {
                view.append(scalar)
            } else {
                view.append(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))].unicodeScalars)
            }
        }
        let text = String(view)
        let reading = interpreter.read(text, at: Instant(milliseconds: Int64(bitPattern: random.next())))
        let count = text.unicodeScalars.count
        for entity in reading.entities {
            #expect(entity.start >= 0 && entity.start < entity.end && entity.end <= count)
            let scalars = Array(text.unicodeScalars)[entity.start..<entity.end]
            #expect(Array(entity.text.unicodeScalars) == Array(scalars))
        }
        for reason in reading.triage.because { #expect(reason.start < reason.end && reason.end <= count) }
        _ = reading.json.compactText
    }

    @Test("Very long texts are read to the limit only")
    func longTexts() throws {
        let interpreter = try #require(Fixtures.interpreter)
        let words = ["a", "7", "lớp ", "8h30 ", "0", "\u{301}", "🙂", "x1 ", "1/", "@", "thứ "]
        for word in words {
            let text = String(repeating: word, count: 100_000)
            let reading = interpreter.read(text, at: Fixtures.now)
            #expect(reading.entities.allSatisfy { $0.end <= Limits.textScalars })
        }
    }

    @Test("Extreme moments are no matter")
    func extremeMoments() throws {
        let interpreter = try #require(Fixtures.interpreter)
        for milliseconds in [Int64.min, .max, 0, -1] {
            _ =
                interpreter.read(
                    "thứ 7 tuần sau, tháng 12, năm sau, 3 ngày nữa, 8h", at: Instant(milliseconds: milliseconds)
                ).json
        }
    }

    // MARK: Evaluation

    @Test("Evaluation counts what is right, what is wrong and what was let in")
    func evaluation() throws {
        let train =
            Self.small.examples.map { Evaluation.Row(text: $0.text, intent: $0.intent) } + [
                Evaluation.Row(text: "thời tiết", intent: "oos")
            ]
        let test = [
            Evaluation.Row(text: "chao ban", intent: "greet"), Evaluation.Row(text: "tam biet", intent: "bye"),
            Evaluation.Row(text: "lớp học bơi", intent: "bye"),
            Evaluation.Row(text: "giá vàng hôm nay", intent: nil),
        ]
        let result = try Evaluation.run(train: train, test: test)
        #expect(result.count == 3)
        #expect(abs(result.accuracy - 2.0 / 3) < 1e-9)
        #expect(result.mistakes.map(\.text) == ["lớp học bơi"])
        #expect(result.mistakes.first?.predicted == "find")
        // greet 1, bye 2·1/(2+1), find 0
        #expect(abs(result.macroF1 - (1 + 2.0 / 3) / 3) < 1e-9)
        let scope = try #require(result.outOfScope)
        #expect((0...1).contains(scope.auroc) && scope.recall + Double(scope.falseAccepts) == 1)
        #expect(result.json["errors"]?.arrayValue?.count == 1)
        let empty = try Evaluation.run(train: [], test: [])
        #expect(empty.count == 0 && empty.accuracy == 0 && empty.outOfScope == nil)
    }

    @Test("The area under the curve is by ranks, ties half")
    func auroc() {
        #expect(Evaluation.auroc([3, 4], [1, 2]) == 1)
        #expect(Evaluation.auroc([1, 2], [3, 4]) == 0)
        #expect(Evaluation.auroc([1, 1], [1]) == 0.5)
        #expect(Evaluation.auroc([], [1]) == 0.5)
    }

    @Test("A reading prints as the contract says")
    func json() throws {
        let json = try #require(Fixtures.interpreter).read(
            "lớp bơi thứ bảy này cho bé lớp 6A2 ở xã Quảng Bình", at: Fixtures.now
        ).json
        #expect(json.objectValue?.keys == ["text", "intent", "area", "ranking", "language", "entities", "triage"])
        #expect(json["intent"]?["name"]?.stringValue == "classes.find")
        #expect(json["area"]?.stringValue == "classes")
        let entities = try #require(json["entities"]?.arrayValue)
        let time = try #require(entities.first { $0["entity"]?.stringValue == "time" })
        #expect(
            time.compactText
                == #"{"entity":"time","value":{"from":"2026-11-28T00:00:00+07:00","to":"2026-11-29T00:00:00+07:00","grain":"day"},"start":8,"end":19,"text":"thứ bảy này"}"#
        )
        #expect(entities.contains { $0["value"]?.compactText == #"{"grade":6,"class":"6A2"}"# })
        #expect(
            entities.contains { $0["value"]?.compactText == #"{"code":"16543","name":"Xã Quảng Bình","former":null}"# })
        #expect(json["triage"]?.compactText == #"{"level":"S0","categories":[],"ask":false,"because":[]}"#)
    }
}
