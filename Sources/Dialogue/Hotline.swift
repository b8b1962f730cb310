package import Core

/// A number that helps, with who answers for it and when somebody last checked it.
package struct Hotline: Sendable, Equatable {
    /// As people dial it: `111`.
    package var number: String
    /// What it is, by language code (`vi`, `en`).
    package var name: [String: String]
    /// Who runs it.
    package var owner: String
    /// The day on which a person last checked that it works; nil when nobody has.
    package var verified: CivilDate?

    package init(number: String, name: [String: String], owner: String, verified: CivilDate? = nil) {
        self.number = number
        self.name = name
        self.owner = owner
        self.verified = verified
    }

    /// Police, ambulance and the national child-protection line: what every safety answer falls back to.
    package static let national: [Hotline] = [
        Hotline(
            number: "113",
            name: [
                "vi": "công an, khi có người đang bị đe dọa hoặc bị đánh",
                "en": "police, if somebody is being threatened or hurt",
            ],
            owner: "Bộ Công an"),
        Hotline(
            number: "115", name: ["vi": "cấp cứu, khi có người bị thương", "en": "ambulance, if somebody is injured"],
            owner: "Bộ Y tế"),
        Hotline(
            number: "111",
            name: [
                "vi": "tổng đài bảo vệ trẻ em, miễn phí, cả ngày lẫn đêm",
                "en": "national child protection line, free, day and night",
            ], owner: "Bộ Y tế"),
    ]
}
