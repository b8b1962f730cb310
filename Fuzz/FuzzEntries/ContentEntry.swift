import Content
import Core
import Understanding

/// The files of `intents/`, each alone.
enum ContentEntry {
    private static let handlers = [
        "classes.find": HandlerContract(
            requiredSlots: ["topic"], replyKeys: ["classes.found", "classes.ask.*"],
            replyValues: ["classes.found": ["offers", "name"]])
    ]

    /// First as a file of content, then alone, then as lines of JSON.
    static func training(_ bytes: UnsafeRawBufferPointer) {
        load("nlu.yml", bytes)
        if let result = try? TrainingDataLoader.load(Array(bytes), named: "nlu.yml") {
            for example in result.training.examples {
                let length = example.text.unicodeScalars.count
                for annotation in example.annotations {
                    promise(
                        0 <= annotation.start && annotation.start <= annotation.end && annotation.end <= length,
                        "an annotation stands inside its sentence")
                    promise(!annotation.entity.isEmpty, "an annotation names its entity")
                }
            }
        }
        if let result = try? TrainingDataLoader.load(Array(bytes), named: "rows.jsonl") {
            promise(!result.rows.isEmpty, "a file without rows is a problem")
        }
    }

    static func flows(_ bytes: UnsafeRawBufferPointer) { load("flows.yml", bytes) }
    static func replies(_ bytes: UnsafeRawBufferPointer) { load("replies.vi.yml", bytes) }
    static func conversations(_ bytes: UnsafeRawBufferPointer) { load("tests.yml", bytes) }
    /// The file's keys say what it holds.
    static func lookups(_ bytes: UnsafeRawBufferPointer) { load("lookup.yml", bytes) }
    static func triage(_ bytes: UnsafeRawBufferPointer) { load("triage.yml", bytes) }

    private static func load(_ name: String, _ bytes: UnsafeRawBufferPointer) {
        // YAML's own idea of a line is wider than an editor's.
        let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
        let lines = String(decoding: bytes, as: UTF8.self).unicodeScalars.reduce(1) { breaks.contains($1) ? $0 + 1 : $0 }
        do throws(ContentLoadError) {
            let (catalogue, warnings) = try ContentLoader.load(
                files: [(name, Array(bytes))], handlers: handlers, commonReplyKeys: ["common.unclear"])
            check(warnings, name, lines)
            use(catalogue)
        } catch {
            promise(!error.problems.isEmpty, "a refusal says why")
            check(error.problems, name, lines)
        }
    }

    private static func check(_ problems: [ContentProblem], _ name: String, _ lines: Int) {
        for problem in problems {
            promise(!problem.message.isEmpty && !problem.mend.isEmpty, "a problem says what is wrong and how to mend it")
            promise(problem.location.line >= 1, "lines count from 1")
            if problem.location.file.isSame(as: name) {
                promise(problem.location.line <= lines + 1, "a problem stands inside its file")
            }
        }
    }

    /// What was accepted must also work.
    private static func use(_ catalogue: Catalogue) {
        let text = "Con em đang bị đánh ở lớp phòng chống tự tử, em không muốn sống"
        _ = TriageReader(rubric: catalogue.triage, teencode: catalogue.gazetteer.teencode).read(text)
        for (language, keys) in catalogue.replies.variants {
            for key in keys.keys { _ = try? catalogue.replies.render(key: key, language: language) }
        }
    }
}
