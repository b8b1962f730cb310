/// A model as it stands in a file, behind the file's header and check sum.
package struct StoredModel: Sendable {
    private let model: RankingModel

    /// Nil for anything that does not fit together.
    package init?(payload: [UInt8]) {
        guard let model = ModelFile.model(payload) else { return nil }
        self.model = model
    }

    /// The model of an interpreter.
    package init(_ interpreter: Interpreter) { model = interpreter.model }

    /// What is read again as the same model.
    package var payload: [UInt8] { ModelFile.payload(of: model) }

    /// Ranks a text; one number an intent.
    package func decisions(of text: String) -> [Float] {
        let words = Normaliser(vocabulary: model.vocabulary, teencode: Teencode([:])).words(of: PreparedText(text))
        return model.scores(words).decisions
    }
}
