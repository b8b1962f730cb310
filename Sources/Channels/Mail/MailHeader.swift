/// Header fields of a message (RFC 5322), with other scripts as encoded words (RFC 2047).
enum MailHeader {
    /// `Name: text`, folded, with its line end. The text must be free of control characters.
    ///
    /// Encoded words never cut a character, hold at most 75 octets, and stand in lines of at most 76.
    static func line(_ name: String, _ text: String) -> String { name + ": " + value(text, after: name.utf8.count + 2) + "\r\n" }

    /// `Name: Shown name <address>`, or the address alone.
    static func line(_ name: String, _ shownName: String?, address: String) -> String {
        guard let shownName, !shownName.isEmpty else { return name + ": " + address + "\r\n" }
        let line = name + ": " + value(shownName, after: name.utf8.count + 2, isPhrase: true)
        let used = line.utf8.reversed().prefix { $0 != 0x0A }.count
        return line + (used + address.utf8.count + 3 > maximumLine ? "\r\n <" : " <") + address + ">\r\n"
    }

    private static let maximumLine = 76

    private static func value(_ text: String, after used: Int, isPhrase: Bool = false) -> String {
        if isPlain(text, isPhrase: isPhrase), used + text.utf8.count <= maximumLine { return text }
        var words: [String] = []
        var bytes: [UInt8] = []
        // The first word shares its line with the name; further lines begin with a space.
        var room = roomForBytes(after: used)
        func close() {
            words.append("=?UTF-8?B?" + Base64.encode(bytes) + "?=")
            bytes = []
            room = roomForBytes(after: 1)
        }
        for character in text {
            let whole = Array(String(character).utf8)
            // A character longer than a word is cut between its scalars.
            let pieces = whole.count <= room ? [whole] : character.unicodeScalars.map { Array(String($0).utf8) }
            for piece in pieces {
                if !bytes.isEmpty, bytes.count + piece.count > room { close() }
                bytes.append(contentsOf: piece)
            }
        }
        if !bytes.isEmpty { close() }
        return words.joined(separator: "\r\n ")
    }

    /// How many bytes an encoded word can hold in what is left of a line.
    private static func roomForBytes(after used: Int) -> Int { (min(75, maximumLine - used) - 12) / 4 * 3 }

    /// Whether a text can stand as it is: ASCII without what could be taken for an encoded word, in a name also without
    /// what has a meaning in an address.
    private static func isPlain(_ text: String, isPhrase: Bool) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }), bytes.first != 0x20, bytes.last != 0x20 else { return false }
        guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") }) else { return false }
        return !isPhrase
            || bytes.allSatisfy {
                $0 == 0x20 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
