/// Titles cut to what a platform shows.
package enum ButtonTitle {
    /// The title within `limit` units; a longer one ends in "…", cut between graphemes.
    package static func cut(_ title: String, limit: Int, unit: Capability.Unit) -> String {
        if TextSplitter.length(title, in: unit) <= limit { return title }
        let ellipsis = "…"
        let room = limit - TextSplitter.length(ellipsis, in: unit)
        var kept = ""
        var used = 0
        for character in title {
            let length = TextSplitter.length(String(character), in: unit)
            if used + length > room { break }
            kept.append(character)
            used += length
        }
        return kept + ellipsis
    }
}
