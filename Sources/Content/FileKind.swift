import Core

/// What a YAML file holds.
enum FileKind: Equatable {
    case training, flows, tests, topics, communes, teencode, triage
    case replies(Language)

    /// Top-level keys beside `version`, the necessary one first.
    var keys: [String] {
        switch self {
        case .training: ["nlu"]
        case .flows: ["flows"]
        case .tests: ["tests"]
        case .topics: ["topics"]
        case .communes: ["communes", "former"]
        case .teencode: ["teencode"]
        case .triage: ["rules", "gates", "words"]
        case .replies: ["replies"]
        }
    }

    /// Names that say what a file holds, without folder and ending.
    static let names = ["nlu", "flows", "tests", "topics", "communes", "teencode", "schools", "triage", "replies.vi"]

    /// Top-level keys of Rasa's other files, by what they are.
    static let foreign: [String: String] = [
        "stories": "stories", "rules": "rules", "e2e_tests": "tests", "test_cases": "tests", "intents": "domain",
        "entities": "domain", "slots": "domain", "responses": "domain", "actions": "domain", "forms": "domain",
        "session_config": "domain", "language": "configuration", "pipeline": "configuration",
        "policies": "configuration", "recipe": "configuration", "assistant_id": "configuration",
    ]

    /// Nil when the name says nothing.
    init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(separator: ".").dropLast()
        switch parts.first {
        case "replies":
            guard parts.count == 2, let code = parts.last, Self.isLanguage(code) else { return nil }
            self = .replies(Language(rawValue: String(code)))
        case "nlu" where parts.count == 1, "schools" where parts.count == 1: self = .training
        case "flows" where parts.count == 1: self = .flows
        case "tests" where parts.count == 1: self = .tests
        case "topics" where parts.count == 1: self = .topics
        case "communes" where parts.count == 1: self = .communes
        case "teencode" where parts.count == 1: self = .teencode
        case "triage" where parts.count == 1: self = .triage
        default: return nil
        }
    }

    /// What the content itself says, for a file with a name of its author's own.
    init?(keys: [String], root: YAMLNode) {
        for key in keys {
            switch key {
            case "nlu": self = .training
            case "flows": self = .flows
            case "tests": self = .tests
            case "topics": self = .topics
            case "communes", "former": self = .communes
            case "teencode": self = .teencode
            case "gates": self = .triage
            case "rules" where !Self.isRasaRules(root): self = .triage
            default: continue
            }
            return
        }
        return nil
    }

    /// Rasa's rules have `rule:` in each item, ours `id:`.
    private static func isRasaRules(_ root: YAMLNode) -> Bool {
        guard case .map(let entries) = root.value, let rules = entries.first(where: { $0.key == "rules" }),
            case .list(let items) = rules.value.value, case .map(let first)? = items.first?.value
        else { return false }
        return first.contains { $0.key == "rule" }
    }

    private static func isLanguage(_ code: Substring) -> Bool {
        (2...3).contains(code.utf8.count) && code.utf8.allSatisfy { (97...122).contains($0) }
    }
}
