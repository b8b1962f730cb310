package import Core

extension ReplyBook {
    /// Says a reply in a person's language, or in Vietnamese where that language has no such key.
    ///
    /// Texts are plain text: nothing is escaped in them, and a value is never read as a template. In a button's
    /// payload values are percent-encoded (``ButtonPayload``), unless the payload is one placeholder and nothing else.
    /// Spaces at line ends and repeated blank lines are removed; a button whose title comes out empty is left out.
    /// - Parameters:
    ///   - values: By placeholder. `{{name}}` must have a text; `{{#name}}` and `{{^name}}` take a missing value as
    ///     false.
    ///   - pick: Chooses among the variants, evenly for a random number.
    /// - Throws: ``ContentError``; a variant that lacks values is passed over for one that does not.
    package func render(key: String, language: Language, values: [String: ReplyValue] = [:], pick: UInt64 = 0)
        throws(ContentError) -> OutboundMessage
    {
        guard let (spoken, variants) = variants(of: key, in: language), !variants.isEmpty else {
            throw .unknownReply(key: key)
        }
        let first = Int(pick % UInt64(variants.count))
        var lacking: [String]?
        for variant in variants[first...] + variants[..<first] {
            guard let variant else { continue }
            let missing = variant.missing(in: values)
            if missing.isEmpty { return Self.message(variant, values) }
            if lacking == nil { lacking = missing }
        }
        guard let lacking else { throw .brokenTemplate(key: key, language: spoken) }
        guard missingValues == .leaveEmpty, let variant = variants[first] ?? variants.compactMap({ $0 }).first else {
            throw .missingValues(key: key, language: spoken, names: lacking)
        }
        return Self.message(variant, values)
    }

    /// Whether any language has this key.
    package func contains(key: String) -> Bool { compiled.values.contains { $0[key] != nil } }

    private func variants(of key: String, in language: Language) -> (Language, [CompiledVariant?])? {
        for candidate in [language, .vietnamese] {
            if let variants = compiled[candidate]?[key] { return (candidate, variants) }
        }
        return nil
    }

    private static func message(_ variant: CompiledVariant, _ values: [String: ReplyValue]) -> OutboundMessage {
        let object = ReplyValue.object(of: values)
        let encoded = variant.buttons.isEmpty ? [:] : ReplyValue.object(of: values.mapValues(\.encoded))
        var buttons: [Button] = []
        for (title, payload) in variant.buttons {
            let shown = tidied(title.render(object)).replacing("\n", with: " ")
            guard !shown.isEmpty else { continue }
            buttons.append(
                Button(title: shown, payload: payload.render(payload.isOnePlaceholder ? object : encoded)))
        }
        return OutboundMessage(text: tidied(variant.text.render(object)), buttons: buttons)
    }

    /// Without spaces at line ends, blank lines at both ends, and more than one blank line in a row.
    static func tidied(_ text: String) -> String {
        var lines: [Substring.UnicodeScalarView] = []
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = line
            while let last = line.last, last == " " || last == "\t" || last == "\r" { line.removeLast() }
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map(String.init).joined(separator: "\n")
    }
}
