import Content
import Core
import Foundation
import Yams

@testable import Understanding

/// The repository's own content, read without the loader's checks, and one interpreter trained on it for all suites.
enum Fixtures {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("intents").path

    /// Tuesday.
    static let now = CivilDate(year: 2026, month: 11, day: 24)?.at(hour: 9) ?? Instant(milliseconds: 0)

    static let gazetteer = readGazetteer()
    static let rubric = readRubric()
    static let training = readTraining()
    static let interpreter = try? Interpreter.make(training: training, gazetteer: gazetteer, triage: rubric)

    private static let nowhere = SourceLocation(file: "", line: 0)

    private static func yaml(_ path: String) -> [String: Any] {
        guard let text = try? String(contentsOfFile: directory + "/" + path, encoding: .utf8) else { return [:] }
        return (try? Yams.load(yaml: text)) as? [String: Any] ?? [:]
    }

    private static func readGazetteer() -> Gazetteer {
        let communes = yaml("lookups/communes.yml")
        let topics = yaml("lookups/topics.yml")
        let teencode = yaml("lookups/teencode.yml")
        return Gazetteer(
            communes: items(communes, "communes").map {
                Gazetteer.Commune(code: text($0, "code"), name: text($0, "name"), spellings: texts($0, "spellings"))
            },
            formerUnits: items(communes, "former").map {
                Gazetteer.FormerUnit(
                    name: text($0, "name"), spellings: texts($0, "spellings"), district: text($0, "district"),
                    successors: texts($0, "into"))
            },
            topics: items(topics, "topics").map {
                Gazetteer.Topic(
                    id: text($0, "id"), names: $0["names"] as? [String: String] ?? [:], triggers: texts($0, "triggers"))
            },
            teencode: teencode["teencode"] as? [String: String] ?? [:])
    }

    private static func readRubric() -> TriageRubric {
        let file = yaml("reports/triage.yml")
        return TriageRubric(
            rules: items(file, "rules").map {
                TriageRubric.Rule(
                    id: text($0, "id"), level: Triage.Level(rawValue: text($0, "level")) ?? .s0,
                    category: text($0, "category"), phrases: texts($0, "phrases"),
                    ambiguousWhenFolded: $0["ambiguous_when_folded"] as? Bool ?? false, supports: texts($0, "supports"),
                    location: nowhere)
            },
            gates: items(file, "gates").map {
                TriageRubric.Gate(
                    id: text($0, "id"), phrases: texts($0, "phrases"),
                    caps: Triage.Level(rawValue: text($0, "caps")) ?? .s0, rules: texts($0, "rules"),
                    wordsBefore: $0["words_before"] as? Int, location: nowhere)
            }, words: file["words"] as? [String: [String]] ?? [:])
    }

    private static func readTraining() -> TrainingData {
        var data = TrainingData()
        for area in ["broadcasts", "classes", "common", "learning", "reports"] {
            for item in items(yaml(area + "/nlu.yml"), "nlu") {
                guard let intent = item["intent"] as? String else { continue }
                data.examples += lines(item).map { Example(text: plain($0), intent: intent, location: nowhere) }
            }
        }
        for item in items(yaml("lookups/schools.yml"), "nlu") {
            if let lookup = item["lookup"] as? String { data.lookups[lookup] = lines(item) }
        }
        return data
    }

    private static func lines(_ item: [String: Any]) -> [String] {
        text(item, "examples").split(separator: "\n").map { $0.drop { $0 == "-" || $0 == " " } }.map(String.init)
    }

    /// Without `[…](entity)` and `[…]{…}`.
    private static func plain(_ text: String) -> String {
        text.replacingOccurrences(of: #"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})"#, with: "$1", options: .regularExpression)
    }

    private static func items(_ map: [String: Any], _ key: String) -> [[String: Any]] {
        map[key] as? [[String: Any]] ?? []
    }
    private static func text(_ map: [String: Any], _ key: String) -> String { map[key] as? String ?? "" }
    private static func texts(_ map: [String: Any], _ key: String) -> [String] { map[key] as? [String] ?? [] }

    static func folded(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let letter = LetterTable.letter(scalar.value) {
                let base = Unicode.Scalar(letter.base)
                view.append(
                    contentsOf: scalar.properties.isUppercase
                        ? String(base).uppercased().unicodeScalars : String(base).unicodeScalars)
            } else {
                view.append(scalar)
            }
        }
        return String(view)
    }
}
