/// What steers a conversation, whatever it is about.
enum Command: Sendable, Equatable {
    case leave, back, skip, edit, repeating, resume, yes, no, human

    /// Intents that are commands, for texts that the model recognised and for buttons.
    static let steering: [String: Command] = [
        "common.leave": .leave, "common.back": .back, "common.skip": .skip, "common.edit": .edit,
        "common.repeat": .repeating, "common.yes": .yes, "common.no": .no,
    ]

    /// Nil unless the whole text, politeness aside, is a command.
    /// - Parameters:
    ///   - expectsYes: Whether a yes or no is asked for: then "dung" without accents is "đúng", else "dừng".
    ///   - expectsName: Whether a name is asked for: then "Huy" without accents is a name.
    init?(_ text: FoldedText, expectsYes: Bool, expectsName: Bool) {
        guard text.count <= 8 else { return nil }
        if expectsName, text.count == 1, let word = text.words.first,
            Phrases.names.contains(word.folded)
                || (word.marks.isEmpty && Phrases.namesWithoutAccents.contains(word.folded))
        {
            return nil
        }
        if expectsYes, text.isOne(of: Phrases.yes) {
            self = .yes
            return
        }
        let table: [(PhraseSet, Command)] = [
            (Phrases.leave, .leave), (Phrases.back, .back), (Phrases.skip, .skip), (Phrases.edit, .edit),
            (Phrases.repeating, .repeating), (Phrases.resume, .resume), (Phrases.human, .human), (Phrases.yes, .yes),
            (Phrases.no, .no),
        ]
        guard let command = table.first(where: { text.isOne(of: $0.0) })?.1 else { return nil }
        self = command
    }
}
