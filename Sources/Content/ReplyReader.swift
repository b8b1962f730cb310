import Core

/// Reads `replies:`.
struct ReplyReader {
    /// One key in one language, as it was read.
    struct Entry: Sendable {
        struct Variant: Sendable {
            var text: ReplyTemplate
            var buttons: [(title: ReplyTemplate, payload: ReplyTemplate, location: SourceLocation)]
        }

        var variants: [Variant]
        var location: SourceLocation

        /// What all variants together ask for.
        var names: Set<String> { Set(templates.flatMap(\.names)) }
        /// Of these, what is said and not only looked at.
        var spokenNames: Set<String> { Set(templates.flatMap(\.spokenNames)) }

        private var templates: [ReplyTemplate] {
            variants.flatMap { variant in [variant.text] + variant.buttons.flatMap { [$0.title, $0.payload] } }
        }
    }

    static let maximumTitle = 100

    private(set) var replies: [Language: [String: Entry]] = [:]

    mutating func read(_ node: YAMLNode, language: Language, file: String, _ problems: inout Problems) {
        // The file counts as this language's even before its first key.
        if replies[language] == nil { replies[language] = [:] }
        guard !node.isEmpty else { return }
        guard case .map(let entries) = node.value else {
            problems.error(
                file, node.line, "'replies' must name keys, and is \(node.kind).",
                mend: "Write 'key:' with two spaces before it, and below it '- text: …'.")
            return
        }
        for entry in entries {
            let location = SourceLocation(file: file, line: entry.line)
            if let known = replies[language]?[entry.key] {
                problems.error(
                    at: location, "The reply '\(entry.key)' stands already in \(known.location).",
                    mend: "Keep one of the two, or join them as variants.")
                continue
            }
            guard case .list(let items) = entry.value.value, !items.isEmpty else {
                problems.error(
                    at: location, "The reply '\(entry.key)' must be a list of variants, and is \(entry.value.kind).",
                    mend: "Write '- text: …' below it, once for each way of saying it.")
                replies[language]?[entry.key] = Entry(variants: [], location: location)
                continue
            }
            let variants = items.compactMap { variant($0, of: entry.key, file, &problems) }
            // Kept even when a variant is broken, so that the key itself is not reported as missing.
            replies[language]?[entry.key] = Entry(variants: variants, location: location)
        }
    }

    /// What passed, for speaking.
    var book: ReplyBook {
        ReplyBook(
            variants: replies.mapValues { entries in
                entries.compactMapValues { entry in
                    entry.variants.isEmpty
                        ? nil
                        : entry.variants.map { variant in
                            ReplyBook.Variant(
                                text: variant.text.source,
                                buttons: variant.buttons.map {
                                    Button(title: $0.title.source, payload: $0.payload.source)
                                })
                        }
                }
            })
    }

    private func variant(_ node: YAMLNode, of key: String, _ file: String, _ problems: inout Problems)
        -> Entry.Variant?
    {
        guard
            let fields = Fields(
                node, subject: "a variant of '\(key)'", known: ["text", "buttons"], file: file, &problems),
            let text = template("text", of: fields, &problems)
        else { return nil }
        var buttons: [(title: ReplyTemplate, payload: ReplyTemplate, location: SourceLocation)] = []
        for item in fields.list("buttons", &problems) {
            guard
                let button = Fields(
                    item, subject: "a button of '\(key)'", known: ["title", "payload"], file: file, &problems)
            else { continue }
            let title = template("title", of: button, &problems)
            let payload = template("payload", of: button, &problems)
            guard let title, let payload else { continue }
            if title.literal.unicodeScalars.count > Self.maximumTitle {
                problems.error(
                    at: button.location(of: "title"),
                    "The button's title is longer than \(Self.maximumTitle) characters.",
                    mend: "Say it in a few words; many channels show about 20 characters.")
            }
            buttons.append((title, payload, button.location(of: "payload")))
        }
        return Entry.Variant(text: text, buttons: buttons)
    }

    private func template(_ key: String, of fields: Fields, _ problems: inout Problems) -> ReplyTemplate? {
        guard let text = fields.text(key, required: true, &problems) else { return nil }
        do {
            return try ReplyTemplate(text)
        } catch {
            // In a block the text begins below the key, in a line of its own.
            let isBlock = if case .text(_, .literal)? = fields.node(key)?.value { true } else { false }
            problems.error(
                fields.file, fields.line(of: key) + (isBlock ? error.line + 1 : 0), error.message, mend: error.mend)
            return nil
        }
    }
}
