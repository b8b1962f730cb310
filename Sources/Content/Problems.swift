/// Collects what is wrong with content, at most ``limitPerFile`` for each file.
struct Problems: Sendable {
    /// One broken habit repeated in every line must not bury the other files.
    static let limitPerFile = 100

    private var found: [ContentProblem] = []
    private var countByFile: [String: Int] = [:]
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
        for (file, count) in countByFile {
            let shown = found.filter { $0.location.file == file }
            guard let last = shown.map(\.location.line).max(), count > shown.count else { continue }
            all.append(
                ContentProblem(
                    .warning, at: SourceLocation(file: file, line: last),
                    "\(count - shown.count) more problems of this file are not shown.",
                    mend: "Mend those that are shown first."))
        }
        return all.inReadingOrder()
    }

    private mutating func add(_ problem: ContentProblem) {
        let count = countByFile[problem.location.file, default: 0] + 1
        countByFile[problem.location.file] = count
        // Errors decide whether content may be used, so that the first one is kept even behind many warnings.
        let isFirstError = problem.severity == .error && !hasErrors
        if count <= Self.limitPerFile || isFirstError { found.append(problem) }
        if isFirstError { hasErrors = true }
    }
}
