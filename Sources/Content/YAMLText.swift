/// A file's bytes as text that a YAML parser may be given: bounded, UTF-8, without control characters and without
/// aliases enough to grow.
enum YAMLText {
    /// Longest file under `intents/`, in bytes.
    static let maximumBytes = 4 << 20
    /// `*name` in one file; so few that no combination of them grows beyond memory.
    static let maximumAliases = 8

    /// Nil when the text must not be parsed; then a problem says why.
    static func read(_ bytes: [UInt8], file: String, maximumBytes: Int = maximumBytes, _ problems: inout Problems)
        -> String?
    {
        guard bytes.count <= maximumBytes else {
            problems.error(
                file, 1, "The file is larger than \(megabytes(maximumBytes)).", mend: "Split it into several files.")
            return nil
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            problems.error(file, 1, "The file is UTF-16.", mend: "Save it with the encoding UTF-8.")
            return nil
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            problems.error(
                file, lineOfInvalidUTF8(content), "The line is not UTF-8.",
                mend: "Save the file with the encoding UTF-8.")
            return nil
        }
        guard isFreeOfControlCharacters(content, file: file, &problems) else { return nil }
        guard hasFewAliases(content, file: file, &problems) else { return nil }
        tellDecomposed(text, file: file, &problems)
        return text
    }

    static func megabytes(_ bytes: Int) -> String { "\(bytes >> 20) MB" }

    private static func lineOfInvalidUTF8(_ bytes: ArraySlice<UInt8>) -> Int {
        var line = 1
        for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { return line }
            line += 1
        }
        return 1
    }

    private static func isFreeOfControlCharacters(
        _ bytes: ArraySlice<UInt8>, file: String, _ problems: inout Problems
    ) -> Bool {
        var line = 1
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
            case 0..<0x20, 0x7F:
                problems.error(
                    file, line, "There is an invisible control character (code \(byte)).",
                    mend: "Delete it, or write the line again.")
                return false
            default: continue
            }
        }
        return true
    }

    /// Counts `*name` for which a `&name` stands somewhere. Looks at words only, so it may count a text that happens
    /// to look so, but never misses a real alias.
    private static func hasFewAliases(_ bytes: ArraySlice<UInt8>, file: String, _ problems: inout Problems) -> Bool {
        let anchors = Set(marked(bytes, with: UInt8(ascii: "&")).map(\.name))
        guard !anchors.isEmpty else { return true }
        let aliases = marked(bytes, with: UInt8(ascii: "*")).filter { anchors.contains($0.name) }
        guard aliases.count > maximumAliases else { return true }
        problems.error(
            file, aliases[maximumAliases].line, "More than \(maximumAliases) aliases ('*name') stand in the file.",
            mend: "Write the text out where it is needed.")
        return false
    }

    private static func marked(_ bytes: ArraySlice<UInt8>, with mark: UInt8) -> [(name: ArraySlice<UInt8>, line: Int)] {
        var found: [(name: ArraySlice<UInt8>, line: Int)] = []
        var line = 1
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == mark else { continue }
            let start = index
            while index < bytes.endIndex, isNameByte(bytes[index]) { index += 1 }
            if index > start { found.append((bytes[start..<index], line)) }
        }
        return found
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Every letter of Vietnamese has a composed form, so a combining accent means that the text is not composed (NFC).
    private static func tellDecomposed(_ text: String, file: String, _ problems: inout Problems) {
        var line = 1
        for scalar in text.unicodeScalars {
            if scalar == "\n" { line += 1 }
            guard (0x300...0x36F).contains(scalar.value) else { continue }
            problems.warning(
                file, line, "An accent is written apart from its letter (not Unicode NFC).",
                mend: "Type the word again with a Vietnamese keyboard set to 'Unicode dựng sẵn'.")
            return
        }
    }
}
