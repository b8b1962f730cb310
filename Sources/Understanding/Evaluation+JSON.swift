package import JSON

extension Evaluation {
    /// The object of contract `intents evaluate --json`; `out_of_scope` is null when no text was out of scope.
    package var json: JSONValue {
        [
            "accuracy": JSONValue(accuracy), "macro_f1": JSONValue(macroF1), "n": JSONValue(count),
            "train_seconds": JSONValue(trainSeconds), "microseconds_per_text": JSONValue(microsecondsPerText),
            "out_of_scope": outOfScope.map { scope in
                [
                    "auroc": JSONValue(scope.auroc), "recall": JSONValue(scope.recall),
                    "false_accepts": JSONValue(scope.falseAccepts),
                ]
            } ?? .null,
            "errors": .array(
                mistakes.map { mistake in
                    [
                        "text": JSONValue(mistake.text), "expected": JSONValue(mistake.expected),
                        "predicted": JSONValue(mistake.predicted), "confidence": JSONValue(mistake.confidence),
                    ]
                }),
        ]
    }
}
