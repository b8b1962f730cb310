extension WebSettings.Hotline {
    /// For templates: labels that fit under a number.
    var values: [String: String] {
        ["number": number, "name": Self.label(name), "english": Self.label(nameInEnglish)]
    }

    /// A name up to where it begins to explain itself: "công an, khi có người bị đánh" → "Công an".
    static func label(_ name: String) -> String {
        let end = name.unicodeScalars.firstIndex { ",;:(".unicodeScalars.contains($0) } ?? name.endIndex
        var words = name[..<end]
        while words.last == " " { words.removeLast() }
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
