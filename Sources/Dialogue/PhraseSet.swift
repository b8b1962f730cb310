/// Phrases as people write them, with accents, ready to be compared with texts that may lack them.
struct PhraseSet: Sendable {
    private let byFolded: [String: [[FoldedText.Word]]]

    init(_ phrases: [String]) {
        var byFolded: [String: [[FoldedText.Word]]] = [:]
        for phrase in phrases {
            let text = FoldedText(phrase)
            byFolded[text.joined, default: []].append(text.words)
        }
        self.byFolded = byFolded
    }

    /// A word written with accents must have the phrase's; one without any fits whatever the phrase has.
    func contains(_ words: ArraySlice<FoldedText.Word>) -> Bool {
        guard words.count <= 8 else { return false }
        let candidates = byFolded[words.map(\.folded).joined(separator: " ")] ?? []
        return candidates.contains { phrase in
            zip(words, phrase).allSatisfy { $0.marks.isEmpty || $0.marks == $1.marks }
        }
    }
}
