import Core

/// Finds which class a text speaks of: a code, or a place in the list that was shown.
enum ClassMention {
    private static let numerals: [String: Int] = [
        "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    ]
    private static let ordinals: [String: Int] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
    ]
    private static let nouns: Set<String> = ["lop", "cai", "khoa", "muc", "class", "option", "lua", "chon"]
    private static let notBeforeNumber: Set<String> = [
        "truong", "to", "nha", "duong", "ngo", "phuong", "thoai", "xom", "thon",
    ]
    private static let notCodes: Set<String> = [
        "lop", "so", "khoi", "ngay", "thang", "thu", "xa", "tuan", "nam", "tuoi", "gio", "buoi", "con", "cho", "class",
        "grade",
        "hoc", "chau", "be", "em", "day", "no", "top", "tu", "den", "tam", "va",
    ]

    /// The place that is meant, from 1; nil when none is named or the list is shorter.
    /// - Parameter hasTime: Whether a time was read, so that "thứ hai" is Monday and not the second.
    static func place(in text: FoldedText, of count: Int, hasTime: Bool) -> Int? {
        guard count > 0 else { return nil }
        if text.contains("dau tien") || text.bare.hasSuffix("lop dau") || text.bare.hasSuffix("cai dau") { return 1 }
        if text.contains("cuoi cung") || text.bare.hasSuffix("lop cuoi") || text.contains("last one")
            || text.contains("last class")
        {
            return count
        }
        let words = text.words
        for (index, word) in words.enumerated() {
            if let ordinal = ordinals[word.folded], ordinal <= count { return ordinal }
            guard index + 1 < words.count else { break }
            let next = words[index + 1]
            guard let value = next.number ?? numerals[next.folded], (1...count).contains(value) else { continue }
            let before = index > 0 ? words[index - 1].folded : ""
            if (word.folded == "so" || word.folded == "number"), !notBeforeNumber.contains(before) { return value }
            if word.folded == "thu", nouns.contains(before), !hasTime { return value }
            if (word.folded == "option" || word.folded == "muc"), next.number != nil { return value }
        }
        return nil
    }

    /// The number in "lớp 2" or "class 2", which alone is more likely a school year.
    static func bareClass(in text: FoldedText) -> Int? {
        for (word, next) in zip(text.words, text.words.dropFirst()) where word.folded == "lop" || word.folded == "class" {
            if let number = next.number { return number }
        }
        return nil
    }

    /// Words that look like a class code (`KNS-12`, `kns 12`, `KNS12`), at most three.
    static func codes(in text: FoldedText) -> [String] {
        var found: [String] = []
        for (index, word) in text.words.enumerated() where found.count < 3 {
            let letters = word.folded.prefix { $0.isASCII && $0.isLetter }
            let rest = word.folded.dropFirst(letters.count)
            guard (2...6).contains(letters.count), !notCodes.contains(String(letters)) else { continue }
            if !rest.isEmpty {
                if rest.count <= 5, rest.allSatisfy({ $0.isASCII && $0.isNumber }) { found.append(word.folded) }
            } else if !word.endsPhrase, index + 1 < text.count, text.words[index + 1].number != nil {
                found.append(word.folded + text.words[index + 1].folded)
            }
        }
        return found
    }
}
