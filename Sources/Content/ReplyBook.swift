package import Core

/// The words of all answers, by key and language (`replies.*.yml`), compiled once.
package struct ReplyBook: Sendable {
    /// One way of saying it.
    package struct Variant: Sendable {
        package var text: String
        package var buttons: [Button]

        package init(text: String, buttons: [Button] = []) {
            self.text = text
            self.buttons = buttons
        }
    }

    /// What ``render(key:language:values:pick:)`` does when a placeholder has no value.
    package enum MissingValues: Sendable {
        /// Throws, so that tests of content find it.
        case refuse
        /// Says the sentence with a gap; for a running service, where a gap is better than silence.
        case leaveEmpty
    }

    /// language → key → variants; never an empty list.
    package var variants: [Language: [String: [Variant]]] { didSet { compiled = Self.compile(variants) } }
    package var missingValues: MissingValues = .refuse

    /// Nil stands for a variant that does not compile.
    var compiled: [Language: [String: [CompiledVariant?]]]

    package init(variants: [Language: [String: [Variant]]] = [:]) {
        self.variants = variants
        compiled = Self.compile(variants)
    }

    package var languages: [Language] { variants.keys.sorted { $0.rawValue < $1.rawValue } }

    private static func compile(_ variants: [Language: [String: [Variant]]])
        -> [Language: [String: [CompiledVariant?]]]
    {
        variants.mapValues { $0.mapValues { $0.map { try? CompiledVariant($0) } } }
    }
}

/// A variant with its templates ready to be rendered.
struct CompiledVariant: Sendable {
    let text: ReplyTemplate
    let buttons: [(title: ReplyTemplate, payload: ReplyTemplate)]

    init(_ variant: ReplyBook.Variant) throws(TemplateFault) {
        text = try ReplyTemplate(variant.text)
        var buttons: [(title: ReplyTemplate, payload: ReplyTemplate)] = []
        for button in variant.buttons {
            buttons.append((try ReplyTemplate(button.title), try ReplyTemplate(button.payload)))
        }
        self.buttons = buttons
    }

    func missing(in values: [String: ReplyValue]) -> [String] {
        var found: [String] = []
        for template in [text] + buttons.flatMap({ [$0.title, $0.payload] }) {
            for name in template.missing(in: values) where !found.contains(name) { found.append(name) }
        }
        return found
    }
}
