import Core

/// The grammar of payloads, in words for authors.
enum PayloadCheck {
    static let grammar =
        "Write '#intent:NAME', '#intent:NAME?slot=value', '#slot:NAME=VALUE', '#yes', '#no', '#skip', '#back' or "
        + "'#leave'."
}

extension CatalogueCheck {
    /// Buttons lead to intents and slots that exist.
    func checkButtons(_ problems: inout Problems) {
        for language in [.vietnamese] + otherLanguages {
            for (_, entry) in (replies[language] ?? [:]).sorted(by: { $0.key < $1.key }) {
                for button in entry.variants.flatMap(\.buttons) where !button.payload.isOnePlaceholder {
                    check(payload: button.payload.source, at: button.location, &problems)
                }
            }
        }
    }

    /// - Parameter payload: With its placeholders; what they stand for is not known here.
    func check(payload: String, at location: SourceLocation, _ problems: inout Problems) {
        guard let read = ButtonPayload(Self.filled(payload)) else {
            problems.error(at: location, "'\(payload)' is not what a button sends.", mend: PayloadCheck.grammar)
            return
        }
        switch read {
        case .intent(let name, let slots):
            guard let flow = flows[name] else {
                if payload.prefix(while: { $0 != "?" }).contains("{{") { return }
                problems.error(
                    at: location, "The button runs the intent '\(name)', which has no flow.",
                    mend: Suggestion.mend(
                        for: name, among: flows.keys.sorted(), else: "Name an intent of flows.yml."))
                return
            }
            let names = flow.slots.map(\.name)
            for slot in slots.keys.sorted() where !names.contains(slot) {
                problems.error(
                    at: location, "The button fills the slot '\(slot)', which '\(name)' does not have.",
                    mend: Suggestion.mend(
                        for: slot, among: names,
                        else: names.isEmpty
                            ? "Remove it; the intent has no slots." : "Use one of \(names.joined(separator: ", "))."))
            }
        case .slot(let name, _):
            // The questions of the intake are no flow.
            if name.dropping(prefix: "report.") != nil { return }
            let names = Set(flows.values.flatMap { $0.slots.map(\.name) }).sorted()
            guard !names.contains(name), !payload.prefix(while: { $0 != "=" }).contains("{{") else { return }
            problems.error(
                at: location, "The button answers the slot '\(name)', which no flow has.",
                mend: Suggestion.mend(for: name, among: names, else: "Name a slot of flows.yml."))
        case .yes, .no, .skip, .back, .leave: return
        }
    }

    /// The payload with a letter in place of each placeholder.
    private static func filled(_ payload: String) -> String {
        var scalars = String.UnicodeScalarView()
        var rest = Substring(payload).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "{", rest.first == "{" else {
                scalars.append(scalar)
                continue
            }
            rest.removeFirst()
            let isSection = rest.first.map { ["#", "^", "/", "!"].contains($0) } ?? false
            while let inner = rest.popFirst(), !(inner == "}" && rest.first == "}") {}
            _ = rest.popFirst()
            if !isSection { scalars.append("x") }
        }
        return String(scalars)
    }
}
