import Core

extension CatalogueCheck {
    /// Each key that is said exists, in every language and with the same placeholders; each that exists is said.
    func checkReplies(_ problems: inout Problems) {
        let vietnamese = replies[.vietnamese] ?? [:]
        let known = vietnamese.keys.sorted()
        var said: Set<String> = []
        for contract in handlers.values { said.formUnion(contract.replyKeys) }
        said.formUnion(commonReplyKeys)
        let families = said.filter(Self.isFamily).map { String($0.dropLast()) }
        var reported: Set<String> = []
        for flow in orderedFlows {
            for (key, what, location) in keys(of: flow) {
                said.insert(key)
                guard vietnamese[key] == nil else { continue }
                reported.insert(key)
                problems.error(
                    at: location, "There is no Vietnamese reply '\(key)', which \(what) names.",
                    mend: Self.mend(missing: key, known))
            }
            for key in handlers[flow.handler]?.replyKeys ?? [] where vietnamese[key] == nil && !Self.isFamily(key) {
                guard reported.insert(key).inserted else { continue }
                problems.error(
                    at: flow.location,
                    "There is no Vietnamese reply '\(key)', which the handler '\(flow.handler)' says.",
                    mend: Self.mend(missing: key, known))
            }
        }
        for key in commonReplyKeys where vietnamese[key] == nil && !Self.isFamily(key) {
            guard reported.insert(key).inserted else { continue }
            problems.error(
                "common/replies.vi.yml", 1, "There is no Vietnamese reply '\(key)', which every conversation needs.",
                mend: Self.mend(missing: key, known))
        }
        for (key, entry) in vietnamese.sorted(by: { $0.key < $1.key })
        where !said.contains(key) && !entry.variants.isEmpty {
            if families.contains(where: { key.dropping(prefix: $0) != nil }) { continue }
            problems.warning(
                at: entry.location, "Nothing says the reply '\(key)'.",
                mend: "Delete it, or name it in a flow.")
        }
        for language in otherLanguages { compare(language, with: vietnamese, &problems) }
        checkSuppliedValues(&problems)
    }

    private func compare(
        _ language: Language, with vietnamese: [String: ReplyReader.Entry], _ problems: inout Problems
    ) {
        let own = replies[language] ?? [:]
        for (key, entry) in vietnamese.sorted(by: { $0.key < $1.key }) {
            // A broken reply is reported by itself, and its placeholders are not known.
            guard !entry.variants.isEmpty else { continue }
            guard let other = own[key] else {
                problems.error(
                    at: entry.location, "The reply '\(key)' is missing in '\(language.rawValue)'.",
                    mend: Suggestion.mend(
                        for: key, among: own.keys.filter { vietnamese[$0] == nil }.sorted(),
                        else: "Add it to replies.\(language.rawValue).yml."))
                continue
            }
            guard !other.variants.isEmpty else { continue }
            // What a section only looks at may differ: Vietnamese chooses its pronouns, English has no need to.
            for name in entry.spokenNames.subtracting(other.names).sorted() {
                problems.error(
                    at: other.location, "The reply '\(key)' lacks '{{\(name)}}' in '\(language.rawValue)'.",
                    mend: Suggestion.mend(
                        for: name, among: other.names.subtracting(entry.names).sorted(),
                        else: "Use it as the Vietnamese text does (\(entry.location))."))
            }
            for name in other.spokenNames.subtracting(entry.names).sorted() {
                problems.error(
                    at: other.location, "The reply '\(key)' uses '{{\(name)}}' in '\(language.rawValue)' only.",
                    mend: Suggestion.mend(
                        for: name, among: entry.names.sorted(), else: "Use it in Vietnamese, too, or remove it."))
            }
        }
        for (key, entry) in own.sorted(by: { $0.key < $1.key }) where vietnamese[key] == nil {
            problems.error(
                at: entry.location, "The reply '\(key)' exists in '\(language.rawValue)' only.",
                mend: Suggestion.mend(
                    for: key, among: vietnamese.keys.filter { own[$0] == nil }.sorted(),
                    else: "Add it to replies.vi.yml, or delete it."))
        }
    }

    /// Where a handler says what it fills in, nothing else may be asked for.
    private func checkSuppliedValues(_ problems: inout Problems) {
        var supplied: [String: Set<String>] = [:]
        for contract in handlers.values {
            for (key, names) in contract.replyValues { supplied[key, default: []].formUnion(names) }
        }
        for (key, names) in supplied.sorted(by: { $0.key < $1.key }) {
            for language in [.vietnamese] + otherLanguages {
                guard let entry = replies[language]?[key] else { continue }
                for name in entry.names.subtracting(names).sorted() {
                    problems.error(
                        at: entry.location, "Nothing fills '{{\(name)}}' in the reply '\(key)'.",
                        mend: Suggestion.mend(
                            for: name, among: names.sorted(),
                            else: names.isEmpty
                                ? "Remove it; this reply has no placeholders."
                                : "Use only \(names.sorted().map { "{{\($0)}}" }.joined(separator: ", "))."))
                }
            }
        }
    }

    private static func isFamily(_ key: String) -> Bool { key.utf8.suffix(2).elementsEqual(".*".utf8) }

    private static func mend(missing key: String, _ known: [String]) -> String {
        Suggestion.mend(for: key, among: known, else: "Add '\(key):' to replies.vi.yml.")
    }
}
