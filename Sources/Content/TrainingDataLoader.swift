/// Reads labelled sentences that stand outside `intents/`, for evaluation.
package enum TrainingDataLoader {
    /// A sentence with the intent that it should get.
    package struct Row: Sendable, Equatable {
        package var text: String
        /// Nil when it belongs to no intent (`null` or `oos`).
        package var intent: String?
        package var location: SourceLocation

        package init(text: String, intent: String?, location: SourceLocation) {
            self.text = text
            self.intent = intent
            self.location = location
        }
    }

    /// What one path held.
    package struct Result: Sendable, Equatable {
        /// In the order of the files; YAML examples as rows, too.
        package var rows: [Row]
        /// For training: the in-scope rows with their annotations, synonyms, lookups and regexes.
        package var training: TrainingData
        package var warnings: [ContentProblem]

        package init(rows: [Row], training: TrainingData, warnings: [ContentProblem]) {
            self.rows = rows
            self.training = training
            self.warnings = warnings
        }
    }

    /// - Parameter path: A Rasa NLU file (`.yml`, `.yaml`), a directory of them, or a `.jsonl` file with
    ///   `{"text", "intent"}` a line.
    /// - Throws: All problems together; a path that holds no rows is a problem, too.
    package static func load(_ path: String) throws(ContentLoadError) -> Result {
        throw ContentLoadError(problems: [])
    }
}
