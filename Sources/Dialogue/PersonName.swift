/// Finds a child's name in what a parent writes.
enum PersonName {
    private static let markers: [[String]] = [
        ["ho", "va", "ten", "la"], ["ho", "ten", "la"], ["ten", "chau", "la"], ["ten", "con", "la"],
        ["ten", "be", "la"],
        ["ten", "em", "la"], ["ho", "ten"], ["ten", "la"], ["ten"], ["chau", "la"], ["be", "la"], ["con", "la"],
        ["name", "is"], ["named"], ["called"],
    ]
    private static let fillersBefore: Set<String> = [
        "da", "vang", "thua", "chau", "be", "con", "em", "hoc", "sinh", "toi", "minh", "la", "ten", "gai", "trai",
        "cho", "cua",
        "o", "nha", "goi", "my", "son", "daughter", "child", "is", "his", "her", "it", "s", "name", "thanh", "lai", "sua", "ho", "va",
    ]
    /// Words after which a capitalised name may follow: "đăng ký cho cháu Lê Minh An".
    private static let guardians: Set<String> = ["chau", "be", "con", "em", "son", "daughter", "child", "kid"]
    private static let stops: Set<String> = [
        "hoc", "lop", "khoi", "truong", "xa", "phuong", "bi", "hom", "ngay", "vi", "nhe", "nha", "roi", "is", "in",
        "grade",
        "class", "tuoi", "nghi", "xin", "mai", "dang", "chu", "vao", "thoi", "from",
    ]
    private static let neverNames: Set<String> = [
        "lop", "cua", "khong", "ko", "gi", "nao", "xin", "muon", "hoi", "duoc", "nhieu", "giup", "gap", "thoat", "huy",
        "the",
        "phi", "mat", "sao", "xem", "biet", "oi", "em", "toi", "khoan", "co", "vang", "ok", "yes", "no", "what", "how",
        "where", "when", "the", "class", "much",
    ]

    /// - Parameter isAnswer: True when the text answers the question for the name; then it needs no "tên là".
    /// - Returns: One to six words, capitalised when the person wrote small letters throughout; nil when there is none.
    static func find(in text: FoldedText, isAnswer: Bool) -> String? {
        for marker in markers {
            guard let start = index(after: marker, in: text) else { continue }
            if let name = name(from: start, in: text, mustBeCapitalised: marker.count == 1 && !isAnswer) { return name }
        }
        if isAnswer {
            let start = text.words.firstIndex {
                !fillersBefore.contains($0.folded) || ($0.isCapitalised && text.count > 1)
            }
            let first = text.words.first.map { $0.isCapitalised && fillersBefore.contains($0.folded) } ?? false
            let lowered =
                first
                ? text.words.dropFirst().firstIndex { !fillersBefore.contains($0.folded) || $0.isCapitalised } : start
            for candidate in [lowered, start].compactMap({ $0 }) {
                if let name = name(from: candidate, in: text, mustBeCapitalised: false) { return name }
            }
            return nil
        }
        for (index, word) in text.words.enumerated() where guardians.contains(word.folded) {
            if let name = name(from: index + 1, in: text, mustBeCapitalised: true), name.contains(" ") { return name }
        }
        return nil
    }

    private static func index(after marker: [String], in text: FoldedText) -> Int? {
        guard text.count > marker.count else { return nil }
        for start in 0...(text.count - marker.count - 1)
        where zip(text.words[start...], marker).allSatisfy({ $0.folded == $1 }) {
            return start + marker.count
        }
        return nil
    }

    private static func name(from start: Int, in text: FoldedText, mustBeCapitalised: Bool) -> String? {
        var parts: [FoldedText.Word] = []
        for word in text.words.dropFirst(start) {
            let isParticle = stops.contains(word.folded) && !word.isCapitalised
            let isPolite = ["a", "ah", "nhe", "nha"].contains(word.folded) && !word.isCapitalised
            let isName = word.original.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || Folding.isMark($0) }
            if isParticle || isPolite || !isName { break }
            if mustBeCapitalised && !word.isCapitalised { break }
            parts.append(word)
            if word.endsPhrase || parts.count > 6 { break }
        }
        // "KNS-02" is a class, not a child.
        if let last = parts.last, start + parts.count < text.count,
            text.words[start + parts.count].original.unicodeScalars.allSatisfy({ ("0"..."9").contains($0) }),
            last.original == last.original.uppercased(),
            last.original.count >= 2
        {
            return nil
        }
        guard (1...6).contains(parts.count),
            !parts.contains(where: { neverNames.contains($0.folded) && !$0.isCapitalised })
        else { return nil }
        let isWrittenSmall = !parts.contains(where: \.isCapitalised)
        return parts.map { isWrittenSmall ? capitalised($0.original) : $0.original }.joined(separator: " ")
    }

    private static func capitalised(_ word: String) -> String {
        guard let first = word.first else { return word }
        return first.uppercased() + word.dropFirst()
    }
}
