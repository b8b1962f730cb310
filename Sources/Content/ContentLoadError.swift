/// Why content was not loaded: every problem that was found, not only the first.
package struct ContentLoadError: Error, Sendable, Equatable {
    /// In order of file and line; at least one is an error, warnings stand among them.
    package let problems: [ContentProblem]

    package init(problems: [ContentProblem]) { self.problems = problems.inReadingOrder() }

    package var errors: [ContentProblem] { problems.filter { $0.severity == .error } }
}

extension ContentProblem: CustomStringConvertible {
    /// `classes/flows.yml:12: error: … Mend sentence.`
    package var description: String { "\(location): \(severity.rawValue): \(message) \(mend)" }
}

extension [ContentProblem] {
    /// By place; of two at the same place the error first, then in the order they were found.
    func inReadingOrder() -> [ContentProblem] {
        enumerated().sorted { left, right in
            if left.element.location != right.element.location { return left.element.location < right.element.location }
            if left.element.severity != right.element.severity { return left.element.severity == .error }
            return left.offset < right.offset
        }.map(\.element)
    }
}
