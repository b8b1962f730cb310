/// Collects what is wrong with content, at most ``limitPerFile`` for each file.
struct Problems: Sendable {
    /// One broken habit repeated in every line must not bury the other files.
    static let limitPerFile = 100

    private var found: [ContentProblem] = []
    private var countByFile: [String: Int] = [:]

    var hasErrors: Bool { found.contains { $0.severity == .error } }

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
        for (file, count) in countByFile where count > Self.limitPerFile {
            all.append(
                ContentProblem(
                    .error, at: SourceLocation(file: file, line: .max),
                    "\(count - Self.limitPerFile) more problems in this file are not shown.",
                    mend: "Mend those above first."))
        }
        return all.inReadingOrder()
    }

    private mutating func add(_ problem: ContentProblem) {
        let count = countByFile[problem.location.file, default: 0] + 1
        countByFile[problem.location.file] = count
        // Errors decide whether content may be used, so that the first one is kept even behind many warnings.
        if count <= Self.limitPerFile || (problem.severity == .error && !hasErrors) { found.append(problem) }
    }
}
