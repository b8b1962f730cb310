/// Why no ``Interpreter`` could be made. Nothing is left behind.
package enum UnderstandingError: Error, Sendable, Equatable {
    /// The solver refused the training set or ran out of memory.
    case trainingFailed
    /// More features, classes or examples than the solver's 32-bit counters hold.
    case trainingSetTooLarge

    /// Stable word for metrics and logs.
    package var code: String {
        switch self {
        case .trainingFailed: "training_failed"
        case .trainingSetTooLarge: "training_set_too_large"
        }
    }

    /// Training is deterministic: trying again with the same content fails again.
    package var isRetryable: Bool { false }

    /// For the person who started the program.
    package var explanation: String {
        switch self {
        case .trainingFailed: "The examples under intents/ could not be trained; check that memory is sufficient."
        case .trainingSetTooLarge: "There are too many examples under intents/ to train; remove duplicates."
        }
    }
}
