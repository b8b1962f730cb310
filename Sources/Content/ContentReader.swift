/// Takes the files of `intents/` apart, each kind by its reader.
struct ContentReader {
    private(set) var training = TrainingReader()
    private(set) var flows = FlowReader()
    private(set) var replies = ReplyReader()
    private(set) var conversations = ConversationReader()
    private(set) var gazetteer = GazetteerReader()
    private(set) var triage = TriageReader()
    /// True when a file could not be read at all, so that what it holds would seem to be missing.
    private(set) var isIncomplete = false
    private var foreignKinds: Set<String> = []

    mutating func read(_ file: ContentFiles.File, _ problems: inout Problems) {
        guard let (root, entries) = Self.parse(file, &problems) else {
            isIncomplete = true
            return
        }
        let keys = entries.map(\.key)
        guard let kind = FileKind(path: file.path) ?? FileKind(keys: keys, root: root) else {
            return tellUnread(file.path, entries, &problems)
        }
        checkKeys(entries, kind, file.path, &problems)
        Self.checkVersion(entries, kind, file.path, &problems)
        for entry in entries where kind.keys.contains(entry.key) { read(entry, kind, file.path, &problems) }
    }

    /// What can only be said once every file was read.
    func finish(_ problems: inout Problems) {
        guard !isIncomplete else { return }
        gazetteer.checkSuccessors(&problems)
        triage.checkGates(&problems)
        triage.checkPhrases(&problems)
    }

    /// Reads only `nlu`, for data that stands outside `intents/`.
    mutating func readTraining(_ file: ContentFiles.File, maximumBytes: Int, _ problems: inout Problems) {
        guard let (_, entries) = Self.parse(file, maximumBytes: maximumBytes, &problems) else { return }
        guard let nlu = entries.first(where: { $0.key == "nlu" }) else {
            return tellUnread(file.path, entries, &problems)
        }
        checkKeys(entries, .training, file.path, &problems)
        Self.checkVersion(entries, .training, file.path, &problems)
        training.read(nlu.value, file: file.path, &problems)
    }

    private static func parse(
        _ file: ContentFiles.File, maximumBytes: Int = YAMLText.maximumBytes, _ problems: inout Problems
    ) -> (YAMLNode, [YAMLNode.Entry])? {
        guard let text = YAMLText.read(file.bytes, file: file.path, maximumBytes: maximumBytes, &problems),
            let root = YAMLNode.parse(text, file: file.path, &problems)
        else { return nil }
        guard case .map(let entries) = root.value else {
            problems.error(
                file.path, root.line, "The file must begin with 'version:', and is \(root.kind).",
                mend: "Write 'version: \"1\"' in the first line and the content below it.")
            return nil
        }
        return (root, entries)
    }

    private mutating func read(
        _ entry: YAMLNode.Entry, _ kind: FileKind, _ file: String, _ problems: inout Problems
    ) {
        switch (kind, entry.key) {
        case (.training, _): training.read(entry.value, file: file, &problems)
        case (.flows, _): flows.read(entry.value, file: file, &problems)
        case (.tests, _): conversations.read(entry.value, file: file, &problems)
        case (.topics, _): gazetteer.readTopics(entry.value, file: file, &problems)
        case (.communes, "former"): gazetteer.readFormerUnits(entry.value, file: file, &problems)
        case (.communes, _): gazetteer.readCommunes(entry.value, file: file, &problems)
        case (.teencode, _): gazetteer.readTeencode(entry.value, file: file, &problems)
        case (.triage, "words"): triage.readWords(entry.value, file: file, &problems)
        case (.triage, "gates"): triage.readGates(entry.value, file: file, &problems)
        case (.triage, _): triage.readRules(entry.value, file: file, &problems)
        case (.replies(let language), _): replies.read(entry.value, language: language, file: file, &problems)
        }
    }

    private mutating func checkKeys(
        _ entries: [YAMLNode.Entry], _ kind: FileKind, _ file: String, _ problems: inout Problems
    ) {
        let known = ["version"] + kind.keys
        for entry in entries where !known.contains(entry.key) {
            if tellForeign(entry, file, &problems) { continue }
            problems.error(
                file, entry.line, "The file has no use for the key '\(entry.key)'.",
                mend: Suggestion.mend(
                    for: entry.key, among: known,
                    else: "Use only \(known.map { "'\($0)'" }.joined(separator: ", "))."))
        }
        if !entries.contains(where: { kind.keys.contains($0.key) }) {
            problems.error(
                file, 1, "The file has no '\(kind.keys[0])'.", mend: "Add a line '\(kind.keys[0]):' and its content.")
        }
    }

    private static func checkVersion(
        _ entries: [YAMLNode.Entry], _ kind: FileKind, _ file: String, _ problems: inout Problems
    ) {
        let wanted = kind == .training ? "3.1" : "1"
        guard let entry = entries.first(where: { $0.key == "version" }) else {
            // Rasa, too, takes training data without a version.
            let severity: ContentProblem.Severity = kind == .training ? .warning : .error
            let message = "The file does not say its version."
            let mend = "Write 'version: \"\(wanted)\"' in the first line."
            if severity == .warning {
                problems.warning(file, 1, message, mend: mend)
            } else {
                problems.error(file, 1, message, mend: mend)
            }
            return
        }
        if case .text(let version, _) = entry.value.value {
            if kind == .training, ["2", "3"].contains(version.split(separator: ".").first ?? "") { return }
            if version == wanted { return }
        }
        problems.error(
            file, entry.line, "This version is not known.", mend: "Write 'version: \"\(wanted)\"'.")
    }

    /// True when the key belongs to one of Rasa's other files; each kind of those is told about once.
    private mutating func tellForeign(_ entry: YAMLNode.Entry, _ file: String, _ problems: inout Problems) -> Bool {
        guard let kind = FileKind.foreign[entry.key] else { return false }
        if foreignKinds.insert(kind).inserted {
            problems.warning(
                file, entry.line, "'\(entry.key)' is part of Rasa's \(kind) and is not read.",
                mend: "Write flows.yml, replies.LANG.yml and tests.yml in its place.")
        }
        return true
    }

    private mutating func tellUnread(_ file: String, _ entries: [YAMLNode.Entry], _ problems: inout Problems) {
        var isForeign = false
        for entry in entries where tellForeign(entry, file, &problems) { isForeign = true }
        guard !isForeign else { return }
        if let replies = entries.first(where: { $0.key == "replies" }) {
            problems.error(
                file, replies.line, "The name of the file does not say the language of its replies.",
                mend: "Name it 'replies.vi.yml', with the language's code.")
            return
        }
        let name = file.split(separator: "/").last.map { $0.split(separator: ".").dropLast().joined(separator: ".") }
        problems.warning(
            file, 1, "The file is not read: neither its name nor its keys say what it holds.",
            mend: Suggestion.nearest(to: name ?? "", among: FileKind.names).map { "Did you mean '\($0).yml'?" }
                ?? "Name it like one of \(FileKind.names.map { "\($0).yml" }.joined(separator: ", ")).")
    }
}
