/// Collects what is wrong with content, at most ``limitPerFile`` errors and as many warnings for each file.
struct Problems: Sendable {
    /// One broken habit repeated in every line must not bury the other files.
    static let limitPerFile = 100

    private struct Count: Hashable {
        var file: String
        var severity: ContentProblem.Severity
    }

    private var found: [ContentProblem] = []
    private var counts: [Count: Int] = [:]
    private(set) var hasErrors = false

    mutating func error(_ file: String, _ line: Int, _ message: String, mend: String) {
        add(ContentProblem(.error, at: SourceLocation(file: file, line: line), message, mend: mend))
    }

    mutating func warning(_ file: String, _ line: Int, _ message: String, mend: String) {
        add(ContentProblem(.warning, at: SourceLocation(file: file, line: line), message, mend: mend))
    }

    mutating func error(at location: SourceLocation, _ message: String, mend: String) {
        add(ContentProblem(.error, at: location, message, mend: mend))
    }

    mutating func warning(at location: SourceLocation, _ message: String, mend: String) {
        add(ContentProblem(.warning, at: location, message, mend: mend))
    }

    /// Everything, in reading order.
    func all() -> [ContentProblem] {
        var all = found
        for (count, number) in counts where number > Self.limitPerFile {
            let lines = found.filter { $0.location.file == count.file }.map(\.location.line)
            all.append(
                ContentProblem(
                    count.severity, at: SourceLocation(file: count.file, line: lines.max() ?? 1),
                    "\(number - Self.limitPerFile) more problems of this file are not shown.",
                    mend: "Mend those that are shown first."))
        }
        return all.inReadingOrder()
    }

    private mutating func add(_ problem: ContentProblem) {
        if problem.severity == .error { hasErrors = true }
        let number = counts[Count(file: problem.location.file, severity: problem.severity), default: 0] + 1
        counts[Count(file: problem.location.file, severity: problem.severity)] = number
        if number <= Self.limitPerFile { found.append(problem) }
    }
}
