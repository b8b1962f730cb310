/// Texts as they look when accents, case and punctuation are left out: the way many people type, and so the way
/// two texts must differ to be told apart.
package enum Folding {
    /// Words of a–z and digits (and letters of other scripts) with single spaces between.
    package static func key(_ text: String) -> String { words(text).joined(separator: " ") }

    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let plain = fold(scalar) {
                word.append(contentsOf: plain)
            } else if !isCombining(scalar), !word.isEmpty {
                words.append(String(word))
                word = String.UnicodeScalarView()
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words
    }

    /// Lower-case words with their accents.
    static func accentedKey(_ text: String) -> String {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            if isCombining(scalar) || fold(scalar) != nil {
                word.unicodeScalars.append(scalar)
            } else if !word.isEmpty {
                words.append(word.lowercased())
                word = ""
            }
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words.joined(separator: " ")
    }

    /// Nil for what separates words.
    private static func fold(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView? {
        let value = scalar.value
        if value < 0x80 {
            switch scalar {
            case "a"..."z", "0"..."9": return String(scalar).unicodeScalars
            case "A"..."Z": return Unicode.Scalar(value + 32).map { String($0).unicodeScalars }
            default: return nil
            }
        }
        if let base = bases[value] { return String(base).unicodeScalars }
        guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else { return nil }
        // "İ" has a dot apart from its letter when it is small.
        return scalar.properties.lowercaseMapping.unicodeScalars.filter { !isCombining($0) }
    }

    private static func isCombining(_ scalar: Unicode.Scalar) -> Bool { (0x300...0x36F).contains(scalar.value) }

    /// Each accented letter of Vietnamese, in both cases, by its bare small letter.
    private static let bases: [UInt32: Unicode.Scalar] = {
        let letters: [(Unicode.Scalar, String)] = [
            ("a", "àáảãạăằắẳẵặâầấẩẫậ"), ("e", "èéẻẽẹêềếểễệ"), ("i", "ìíỉĩị"), ("o", "òóỏõọôồốổỗộơờớởỡợ"),
            ("u", "ùúủũụưừứửữự"), ("y", "ỳýỷỹỵ"), ("d", "đ"),
        ]
        var bases: [UInt32: Unicode.Scalar] = [:]
        for (base, accented) in letters {
            for scalar in (accented + accented.uppercased()).unicodeScalars { bases[scalar.value] = base }
        }
        return bases
    }()
}
