/// What steers a conversation, whatever it is about.
enum Command: Sendable, Equatable {
    case leave, back, skip, edit, repeating, resume, yes, no, human

    /// Intents that are commands, for texts that the model recognised and for buttons.
    static let steering: [String: Command] = [
        "common.leave": .leave, "common.back": .back, "common.skip": .skip, "common.edit": .edit,
        "common.repeat": .repeating, "common.yes": .yes, "common.no": .no,
    ]

    /// Nil unless the whole text, politeness aside, is a command.
    init?(_ text: FoldedText) {
        guard text.count <= 8 else { return nil }
        let table: [(Set<String>, Command)] = [
            (Phrases.leave, .leave), (Phrases.back, .back), (Phrases.skip, .skip), (Phrases.edit, .edit),
            (Phrases.repeating, .repeating), (Phrases.resume, .resume), (Phrases.human, .human), (Phrases.yes, .yes),
            (Phrases.no, .no),
        ]
        for candidate in [text.joined, text.bare] {
            for (phrases, command) in table where phrases.contains(candidate) {
                self = command
                return
            }
        }
        return nil
    }
}
