/// One mistake in the configuration: where it is, what it is, and how to mend it.
package struct ConfigurationProblem: Sendable, Equatable {
    /// `config/nhipcau.yml:12`, or `environment NHIPCAU_SERVER__PORT`.
    package var place: String
    /// Dotted path, for example `connections[0].secrets.app_secret`.
    package var key: String
    package var message: String
    package var mend: String

    package init(place: String, key: String, message: String, mend: String) {
        self.place = place
        self.key = key
        self.message = message
        self.mend = mend
    }
}

/// The configuration cannot be used. Carries everything that was found, not only the first mistake.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package init(problems: [ConfigurationProblem]) { self.problems = problems }

    package var description: String {
        problems.map { problem in
            let subject = problem.key.isEmpty ? "" : "\(problem.key): "
            return "\(problem.place): \(subject)\(problem.message)\n    → \(problem.mend)"
        }.joined(separator: "\n")
    }
}
