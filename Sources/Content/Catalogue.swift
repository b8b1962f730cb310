/// Everything under `intents/`, loaded and checked: what the rest of the program knows of content.
package struct Catalogue: Sendable {
    package var training: TrainingData
    /// By intent name. Every intent of `training` has one.
    package var flows: [String: Flow]
    package var replies: ReplyBook
    package var gazetteer: Gazetteer
    package var triage: TriageRubric
    package var conversations: [ConversationTest]
    /// Hex digest over the bytes of all files, in order of path: equal content, equal digest.
    package var digest: String

    package init(
        training: TrainingData, flows: [String: Flow], replies: ReplyBook, gazetteer: Gazetteer, triage: TriageRubric,
        conversations: [ConversationTest], digest: String
    ) {
        self.training = training
        self.flows = flows
        self.replies = replies
        self.gazetteer = gazetteer
        self.triage = triage
        self.conversations = conversations
        self.digest = digest
    }
}

/// A place in a file under `intents/`, for messages to authors.
package struct SourceLocation: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Relative to the `intents/` directory.
    package var file: String
    /// From 1.
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { "\(file):\(line)" }

    package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.file, lhs.line) < (rhs.file, rhs.line) }
}

/// One mistake in content: where it is, what it is, and how to mend it.
package struct ContentProblem: Error, Sendable, Equatable {
    package enum Severity: String, Sendable { case error, warning }

    package var severity: Severity
    package var location: SourceLocation
    package var message: String
    /// What the author should do; a whole sentence.
    package var mend: String

    package init(_ severity: Severity = .error, at location: SourceLocation, _ message: String, mend: String) {
        self.severity = severity
        self.location = location
        self.message = message
        self.mend = mend
    }
}
