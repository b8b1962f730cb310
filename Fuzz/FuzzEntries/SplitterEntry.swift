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
    private static func isWhole(_ text: String, in parts: [String]) -> Bool {
        var rest = text[...]
        func drop(until isReached: (Substring) -> Bool) -> Bool {
            while !isReached(rest) {
                guard let first = rest.first, first.isWhitespace else { return false }
                rest = rest.dropFirst()
            }
            return true
        }
        for part in parts {
            guard drop(until: { $0.utf8.starts(with: part.utf8) }) else { return false }
            rest = Substring(rest.utf8.dropFirst(part.utf8.count))
        }
        return drop { $0.isEmpty }
    }
}
