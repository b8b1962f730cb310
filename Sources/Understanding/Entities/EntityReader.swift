import Content
import Core

/// All entities of a text, in order of their place; of equal places the likeliest first.
struct EntityReader: Sendable {
    private let names: NameReader
    private let patterns: [(entity: String, pattern: Pattern)]
    private let synonyms: [String: String]

    /// Patterns are the authors' own; longer texts are not searched for them.
    private static let patternScalars = 1_000

    init(gazetteer: Gazetteer, training: TrainingData) {
        names = NameReader(gazetteer: gazetteer, training: training)
        synonyms = training.synonyms
        patterns = training.regexes.keys.sorted().flatMap { entity in
            (training.regexes[entity] ?? []).compactMap { text in Pattern(text).map { (entity, $0) } }
        }
    }

    func read(_ text: PreparedText, language: Language, now: Instant) -> [Entity] {
        guard !text.tokens.isEmpty else { return [] }
        var entities: [Entity] = []
        func add(_ value: Entity.Value, _ range: Range<Int>) {
            entities.append(
                Entity(value: value, start: range.lowerBound, end: range.upperBound, text: text.text(range)))
        }
        var atoms = Atoms(text)
        let hasDigits = text.tokens.contains { $0.hasDigit }
        for range in Self.links(text) { atoms.take(range) }
        if hasDigits {
            let phones = PhoneReader(text: text)
            for found in phones.receipts(text) + phones.phones() {
                add(found.value, found.range)
                atoms.take(found.range)
            }
        }
        for found in names.find(text, language: language) {
            for value in found.values { add(value, found.range) }
            // "quy tắc 5 ngón tay", "xã Ba Đình": their numbers count nothing.
            atoms.take(found.range)
        }
        readNumbers(&atoms, add)
        for found in TimeReader(atoms, now: now).find() {
            guard let range = Self.range(found.atoms, atoms) else { continue }
            for value in found.values { add(value, range) }
        }
        if !patterns.isEmpty, text.scalars.count <= Self.patternScalars {
            for (entity, pattern) in patterns {
                for range in pattern.matches(in: text.scalars) {
                    let place = text.offset + range.lowerBound..<text.offset + range.upperBound
                    let value = text.text(place)
                    // What a reader of ours has found already keeps its value.
                    if entities.contains(where: {
                        $0.name == entity && $0.start < place.upperBound && $0.end > place.lowerBound
                    }) {
                        continue
                    }
                    add(
                        entity == "school"
                            ? .school(name: value) : .custom(entity: entity, value: synonyms[value] ?? value), place)
                }
            }
        }
        return entities.enumerated().sorted {
            ($0.element.start, -$0.element.end, $0.offset) < ($1.element.start, -$1.element.end, $1.offset)
        }.map(\.element)
    }

    private func readNumbers(_ atoms: inout Atoms, _ add: (Entity.Value, Range<Int>) -> Void) {
        let reader = NumberReader(atoms: atoms)
        var taken: [Range<Int>] = []
        var index = 0
        while index < reader.atoms.count {
            guard let atom = reader.atoms[index], !atom.isTaken else {
                index += 1
                continue
            }
            let found: [NumberReader.Found]
            if let grade = reader.grade(at: index) {
                found = [grade]
            } else if atom.number != nil || atom.spelledNumber != nil {
                let ages = reader.ages(at: index)
                found = !ages.isEmpty ? ages : [reader.money(at: index) ?? reader.count(at: index)].compactMap { $0 }
            } else {
                found = []
            }
            for item in found {
                guard let range = Self.range(item.atoms, reader.atoms) else { continue }
                add(item.value, range)
                taken.append(item.atoms)
            }
            index = max(index + 1, found.last?.atoms.upperBound ?? 0)
        }
        for range in taken { atoms.take(atoms: range) }
    }

    private static func range(_ indices: Range<Int>, _ atoms: Atoms) -> Range<Int>? {
        guard let first = atoms[indices.lowerBound], let last = atoms[indices.upperBound - 1], first.start < last.end
        else { return nil }
        return first.start..<last.end
    }

    /// Stretches without white space that are addresses of the web or of mail: their numbers mean nothing.
    private static func links(_ text: PreparedText) -> [Range<Int>] {
        guard text.scalars.contains(where: { $0 == "@" || $0 == ":" || $0 == "/" }) else { return [] }
        var links: [Range<Int>] = []
        var start: Int?
        for index in 0...text.scalars.count {
            let isSpace = index == text.scalars.count || text.scalars[index].properties.isWhitespace
            if isSpace, let from = start {
                if isLink(text.scalars[from..<index]) { links.append(text.offset + from..<text.offset + index) }
                start = nil
            } else if !isSpace, start == nil {
                start = index
            }
        }
        return links
    }

    private static func isLink(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        var letters = 0
        var previous: Unicode.Scalar = " "
        for (place, scalar) in scalars.enumerated() {
            if scalar == "/", previous == "/", place >= 2 { return true }
            if scalar == "@", letters > 0 { return scalars.dropFirst(place).contains(".") }
            if scalar.properties.isAlphabetic { letters += 1 }
            previous = scalar
        }
        return scalars.starts(with: "www.".unicodeScalars)
    }
}
