import HTTPTypes
import Hummingbird

/// The language of a page that a person has not chosen yet.
package enum AcceptedLanguage {
    /// `?lang=` decides; else whether the browser puts English before Vietnamese. Vietnamese is the rule.
    static func isEnglish(_ request: Request) -> Bool {
        if let chosen = PercentCoding.pairs(ofQuery: request.uri.query)["lang"] { return chosen == "en" }
        return prefersEnglish(request.headers[.acceptLanguage] ?? "")
    }

    /// Reads `vi-VN,vi;q=0.9,en;q=0.8`; what is malformed counts as not written.
    package static func prefersEnglish(_ header: String) -> Bool {
        var vietnamese = 0.0
        var english = 0.0
        for entry in header.split(separator: ",").prefix(32) {
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard let tag = parts.first?.split(separator: "-").first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { min(max(0, Double($0.dropFirst(2)) ?? 0), 1) } ?? 1
            if tag == "vi" { vietnamese = max(vietnamese, weight) }
            if tag == "en" { english = max(english, weight) }
        }
        return english > vietnamese
    }
}
