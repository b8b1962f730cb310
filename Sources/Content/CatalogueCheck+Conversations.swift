import Core

extension CatalogueCheck {
    /// Test conversations speak of keys, slots and intents that exist.
    func checkConversations(_ problems: inout Problems) {
        let keys = (replies[.vietnamese] ?? [:]).keys.sorted()
        let slots = Set(flows.values.flatMap { $0.slots.map(\.name) }).sorted()
        let intents = flows.keys.sorted()
        for step in conversations.flatMap(\.steps) {
            for answer in step.answers where replies[.vietnamese]?[answer.key] == nil {
                problems.error(
                    at: step.location, "The test expects the reply '\(answer.key)', which does not exist.",
                    mend: Suggestion.mend(for: answer.key, among: keys, else: "Name a key of replies.vi.yml."))
            }
            for slot in step.slots.keys.sorted() where !slots.contains(slot) {
                problems.error(
                    at: step.location, "The test looks at the slot '\(slot)', which no flow has.",
                    mend: Suggestion.mend(for: slot, among: slots, else: "Name a slot of flows.yml."))
            }
            if let intent = step.intent, flows[intent] == nil {
                problems.error(
                    at: step.location, "The test expects the intent '\(intent)', which has no flow.",
                    mend: Suggestion.mend(for: intent, among: intents, else: "Name an intent of flows.yml."))
            }
            if case .payload(let payload) = step.input { check(payload: payload, at: step.location, &problems) }
        }
    }
}
