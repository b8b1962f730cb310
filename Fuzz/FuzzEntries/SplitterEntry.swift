import Channels

/// The first byte sets the limit, the rest is the text; every unit is tried.
enum SplitterEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let limit = 4 + Int(input.byte())
        let text = input.text
        for unit in [Capability.Unit.characters, .utf16, .bytes] {
            let parts = TextSplitter.split(text, limit: limit, unit: unit)
            for part in parts {
                promise(!part.isEmpty, "no part is empty")
                promise(TextSplitter.length(part, in: unit) <= limit, "no part is over the limit")
            }
            promise(isWhole(text, in: parts), "only white space between the parts is lost")
            let title = ButtonTitle.cut(text, limit: limit, unit: unit)
            promise(TextSplitter.length(title, in: unit) <= limit, "no title is over the limit")
        }
        if let cleaned = InboundText.cleaned(text) {
            promise(InboundText.cleaned(cleaned)?.isSame(as: cleaned) == true, "what is clean stays as it is")
        }
    }

    /// Whether the parts are the text, in order, without some of its characters that are white space.
    ///
    /// White space with marks on it may be dropped here and kept there, so every way of reading on is followed.
    private static func isWhole(_ text: String, in parts: [String]) -> Bool {
        var places: Set<String.Index> = [text.startIndex]
        for part in parts {
            places = Set(
                places.flatMap { place in
                    rests(of: text[place...]).filter { $0.utf8.starts(with: part.utf8) }
                        .map { $0.utf8.index($0.startIndex, offsetBy: part.utf8.count) }
                })
        }
        return places.contains { rests(of: text[$0...]).contains(where: \.isEmpty) }
    }

    /// The text, and what remains of it after each of the white spaces that it begins with.
    private static func rests(of text: Substring) -> [Substring] {
        var rests = [text]
        var rest = text
        while let first = rest.first, first.isWhitespace {
            rest = rest.dropFirst()
            rests.append(rest)
        }
        return rests
    }
}
