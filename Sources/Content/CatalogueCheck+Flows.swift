import Core

extension CatalogueCheck {
    /// The handler that only says its flow's `reply`.
    static let answer = "answer"

    /// Reply keys that a flow itself names, with what names them.
    func keys(of flow: Flow) -> [(key: String, what: String, location: SourceLocation)] {
        var keys: [(key: String, what: String, location: SourceLocation)] = []
        if let reply = flow.reply { keys.append((reply, "'reply' of '\(flow.intent)'", flow.location)) }
        if let confirm = flow.confirm { keys.append((confirm, "'confirm' of '\(flow.intent)'", flow.location)) }
        for slot in flow.slots {
            if let prompt = slot.prompt { keys.append((prompt, "'prompt' of the slot '\(slot.name)'", slot.location)) }
            if let invalid = slot.invalid {
                keys.append((invalid, "'invalid' of the slot '\(slot.name)'", slot.location))
            }
        }
        return keys
    }

    /// Each handler exists and gets the slots that it needs.
    func checkFlows(_ problems: inout Problems) {
        for flow in orderedFlows where flow.handler != Self.answer && !flow.handler.isEmpty {
            guard let contract = handlers[flow.handler] else {
                let known = handlers.keys.sorted() + [Self.answer]
                problems.error(
                    at: flow.location,
                    "The flow '\(flow.intent)' names the handler '\(flow.handler)', which does not exist.",
                    mend: Suggestion.mend(
                        for: flow.handler, among: known, else: "Use one of \(known.joined(separator: ", "))."))
                continue
            }
            let names = flow.slots.map(\.name)
            for slot in contract.requiredSlots where !names.contains(slot) {
                problems.error(
                    at: flow.location,
                    "The handler '\(flow.handler)' needs a slot '\(slot)', which '\(flow.intent)' lacks.",
                    mend: Suggestion.mend(for: slot, among: names, else: "Add '- name: \(slot)' to its slots."))
            }
        }
    }
}
