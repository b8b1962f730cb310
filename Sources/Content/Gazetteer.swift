/// Names that the province uses: communes with their former units, topics, schools (`intents/lookups/`).
package struct Gazetteer: Sendable, Equatable {
    package struct Commune: Sendable, Equatable {
        /// Five digits.
        package var code: String
        /// With its kind: "Phường Hàm Rồng", "Xã Quảng Bình".
        package var name: String
        /// Without its kind, in every accepted spelling (old and new tone placement …).
        package var spellings: [String]

        package init(code: String, name: String, spellings: [String]) {
            self.code = code
            self.name = name
            self.spellings = spellings
        }
    }

    /// A unit that existed before 2025-07-01.
    package struct FormerUnit: Sendable, Equatable {
        package var name: String
        package var spellings: [String]
        package var district: String
        /// The communes it went into; more than one when it was split.
        package var successors: [String]

        package init(name: String, spellings: [String], district: String, successors: [String]) {
            self.name = name
            self.spellings = spellings
            self.district = district
            self.successors = successors
        }
    }

    package struct Topic: Sendable, Equatable {
        package var id: String
        /// By language code.
        package var names: [String: String]
        package var triggers: [String]

        package init(id: String, names: [String: String], triggers: [String]) {
            self.id = id
            self.names = names
            self.triggers = triggers
        }
    }

    package var communes: [Commune]
    package var formerUnits: [FormerUnit]
    package var topics: [Topic]
    /// Short form → reading, folded on both sides, for words that mean the same everywhere (`teencode.yml`).
    package var teencode: [String: String]

    package init(
        communes: [Commune] = [], formerUnits: [FormerUnit] = [], topics: [Topic] = [], teencode: [String: String] = [:]
    ) {
        self.communes = communes
        self.formerUnits = formerUnits
        self.topics = topics
        self.teencode = teencode
    }

    package func commune(code: String) -> Commune? { communes.first { $0.code == code } }
    package func topic(id: String) -> Topic? { topics.first { $0.id == id } }
}
