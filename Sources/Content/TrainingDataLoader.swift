import FoundationEssentials

/// Reads labelled sentences that stand outside `intents/`, for evaluation.
package enum TrainingDataLoader {
    /// Longest file, in bytes.
    package static let maximumBytes = 64 << 20

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
        var problems = Problems()
        var rows: [Row] = []
        var data = TrainingData()
        switch path.split(separator: ".").last.map({ $0.lowercased() }) {
        case "jsonl", "ndjson":
            if let bytes = ContentFiles.bytes(
                at: path, shownAs: path, maximumBytes: maximumBytes, &problems)
            {
                rows = jsonLines(bytes, path, &problems)
            }
        default: (rows, data) = examples(in: files(at: path, &problems), &problems)
        }
        return try result(rows, data, path, problems)
    }

    /// As ``load(_:)``, of one file that is in memory already.
    package static func load(_ bytes: [UInt8], named name: String) throws(ContentLoadError) -> Result {
        var problems = Problems()
        if name.hasSuffix(".jsonl") { return try result(jsonLines(bytes, name, &problems), TrainingData(), name, problems) }
        let (rows, data) = examples(in: [ContentFiles.File(path: name, bytes: bytes)], &problems)
        return try result(rows, data, name, problems)
    }

    private static func examples(in files: [ContentFiles.File], _ problems: inout Problems) -> ([Row], TrainingData) {
        var reader = ContentReader()
        for file in files { reader.readTraining(file, maximumBytes: maximumBytes, &problems) }
        let data = reader.training.data
        return (data.examples.map { Row(text: $0.text, intent: scope($0.intent), location: $0.location) }, data)
    }

    private static func result(
        _ rows: [Row], _ data: TrainingData, _ path: String, _ found: Problems
    ) throws(ContentLoadError) -> Result {
        var (data, problems) = (data, found)
        if rows.isEmpty, !problems.hasErrors {
            problems.error(
                path, 1, "There are no examples.",
                mend: "Name a Rasa NLU file (.yml), a directory of them, or a .jsonl file.")
        }
        guard !problems.hasErrors else { throw ContentLoadError(problems: problems.all()) }
        if data.examples.isEmpty {
            data.examples = rows.compactMap { row in
                row.intent.map { Example(text: row.text, intent: $0, location: row.location) }
            }
        } else {
            data.examples.removeAll { scope($0.intent) == nil }
        }
        return Result(rows: rows, training: data, warnings: problems.all())
    }

    private static func files(at path: String, _ problems: inout Problems) -> [ContentFiles.File] {
        if ContentFiles.isDirectory(path) {
            return ContentFiles.read(path, maximumBytes: maximumBytes, tellsOthers: false, &problems)
        }
        return ContentFiles.bytes(at: path, shownAs: path, maximumBytes: maximumBytes, &problems)
            .map { [ContentFiles.File(path: path, bytes: $0)] } ?? []
    }

    /// A line ends at `\n`; empty lines are passed over.
    private static func jsonLines(_ bytes: [UInt8], _ file: String, _ problems: inout Problems) -> [Row] {
        var rows: [Row] = []
        let decoder = JSONDecoder()
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = index == 0 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
            guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { continue }
            let location = SourceLocation(file: file, line: index + 1)
            guard let row = try? decoder.decode(Line.self, from: Data(line)), let text = row.text else {
                problems.error(
                    at: location, "The line is not an object with a text.",
                    mend: "Write {\"text\": \"…\", \"intent\": \"name\"}, the intent null for a text out of scope.")
                continue
            }
            rows.append(Row(text: text, intent: row.intent.flatMap(scope), location: location))
        }
        return rows
    }

    private static func scope(_ intent: String) -> String? { intent == "oos" ? nil : intent }

    private struct Line: Decodable {
        var text: String?
        var intent: String?
    }
}
