import Content
import Core

/// Communes with their former units, topics, schools and the author's own names.
struct NameReader: Sendable {
    private enum Owner: Sendable {
        case commune(Int)
        case former(Int)
        case topic(Int)
        case school(String)
        case custom(entity: String, value: String)
    }

    struct Found {
        var values: [Entity.Value]
        /// In scalars of the whole text.
        var range: Range<Int>
    }

    private let gazetteer: Gazetteer
    private let book: PhraseBook
    private let owners: [Owner]
    /// Former district names without their kind, by former unit.
    private let districts: [[WordKey]]
    private let communeNumbers: [String: Int]
    /// By folded letters of a name's words: what the training set writes with other marks ("đóng tiền").
    private let everydayNames: Set<UInt64>

    /// Kinds that stand before a unit's name.
    private static let kinds: [(words: [WordKey], folded: String)] = [
        "xã", "phường", "thị trấn", "thị xã", "thành phố", "huyện", "p", "x", "tt", "tp", "tx",
    ]
    .map { (PhraseBook.words(of: $0), $0) }
    private static let placeWords: [[WordKey]] = ["ở", "tại", "về", "thuộc", "quê", "gần", "near", "at", "in"].map {
        PhraseBook.words(of: $0)
    }
    /// Fillers that may stand around a name that is the whole answer.
    private static let fillers: Set<UInt64> = [
        "o", "tai", "da", "a", "em", "toi", "minh", "nha", "la", "vang", "thuoc", "que", "chi", "anh", "xa", "phuong",
        "huyen", "tinh", "thanh", "hoa", "nhe", "oi",
    ].reduce(into: []) { $0.insert(FNV.hash($1.utf8)) }
    /// Words of every day that are also names, whatever marks they carry; only with their kind or standing alone.
    private static let ambiguous: Set<UInt64> = [
        "thắng lợi", "tân tiến", "đồng tiến", "đông tiến", "hợp tiến", "trung thành", "sao vàng", "thành công",
        "hòa bình", "đồng lợi", "đồng lương",
        "tam chung", "thanh hóa", "hợp lý", "hợp thành", "hợp thắng", "an nông", "công bình", "công chính",
        "trung chính", "thăng bình", "xuân du",
        "vân du", "trung tâm", "tiến lộc", "phú lệ", "phú xuân", "định công", "thọ phú", "thọ bình", "vạn lộc",
        "cẩm tú", "đại lộc", "hưng lộc", "minh lộc",
        "thành long", "thành an", "yên bình", "thành tâm", "thành thọ", "tân bình", "hải an", "hải nhân", "bình minh",
        "tân dân", "hải bình", "hải yến",
        "nam tiến", "tiến nông", "khuyến nông", "dân lý", "dân lực", "dân quyền", "an hưng", "quang lộc", "hoa lộc",
        "phong lộc", "phú lộc", "thuần lộc",
        "kỳ tân", "hạnh phúc", "quang trung", "lam sơn", "trường thi", "ba đình", "tự do", "độc lập", "tân thọ",
        "thiết kế", "văn nho", "lâm xa",
    ].reduce(into: []) { $0.insert(Self.folded(PhraseBook.words(of: $1))) }

    init(gazetteer: Gazetteer, training: TrainingData) {
        self.gazetteer = gazetteer
        var owners: [Owner] = []
        var phrases: [PhraseBook.Phrase] = []
        var seen: Set<[UInt64]> = []
        func add(_ text: String, _ owner: Owner, kind: Int, number: Int) {
            let words = PhraseBook.words(of: text)
            guard !words.isEmpty else { return }
            let identity =
                words.flatMap { [$0.letters, $0.shapes, UInt64($0.tones)] } + [UInt64(kind), UInt64(number)]
            guard seen.insert(identity).inserted else { return }
            phrases.append(PhraseBook.Phrase(words: words, owner: owners.count))
            owners.append(owner)
        }
        for (number, commune) in gazetteer.communes.enumerated() {
            for spelling in commune.spellings { add(spelling, .commune(number), kind: 0, number: number) }
        }
        for (number, unit) in gazetteer.formerUnits.enumerated() {
            for spelling in unit.spellings { add(spelling, .former(number), kind: 1, number: number) }
        }
        for (number, topic) in gazetteer.topics.enumerated() {
            for trigger in topic.triggers { add(trigger, .topic(number), kind: 2, number: number) }
            for language in topic.names.keys.sorted() {
                if let name = topic.names[language] { add(name, .topic(number), kind: 2, number: number) }
            }
        }
        Self.addCustom(training) { text, entity, value in
            let isSchool = entity == "school"
            add(
                text, isSchool ? .school(value) : .custom(entity: entity, value: value), kind: 3,
                number: Int(truncatingIfNeeded: FNV.hash(entity.utf8) >> 1))
        }
        self.owners = owners
        book = PhraseBook(phrases)
        districts = gazetteer.formerUnits.map { Array(PhraseBook.words(of: $0.district).drop { Self.isKind($0) }) }
        communeNumbers = Dictionary(
            gazetteer.communes.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
        everydayNames = Self.everydayNames(book, owners, training)
    }

    /// Entities whose values other readers find; annotations of these add nothing.
    private static let builtIn: Set<String> = [
        "time", "duration", "grade", "age", "count", "money", "phone", "topic", "commune", "receipt",
    ]

    private static func addCustom(_ training: TrainingData, _ add: (String, String, String) -> Void) {
        func value(_ text: String) -> String { training.synonyms[text] ?? text }
        for entity in training.lookups.keys.sorted() where !builtIn.contains(entity) {
            for text in training.lookups[entity] ?? [] { add(text, entity, value(text)) }
        }
        for example in training.examples {
            for annotation in example.annotations where !builtIn.contains(annotation.entity) {
                let text = PreparedText(example.text).text(annotation.start..<max(annotation.start, annotation.end))
                add(text, annotation.entity, annotation.value ?? value(text))
                for (surface, meant) in training.synonyms.sorted(by: { $0.key < $1.key })
                where meant == annotation.value {
                    add(surface, annotation.entity, meant)
                }
            }
        }
    }

    /// Names whose letters the examples use with other marks, as parts of ordinary sentences.
    private static func everydayNames(_ book: PhraseBook, _ owners: [Owner], _ training: TrainingData) -> Set<UInt64> {
        var names: Set<UInt64> = []
        for phrase in book.phrases where phrase.words.count > 1 {
            switch owners[phrase.owner] {
            case .commune, .former: names.insert(folded(phrase.words))
            default: break
            }
        }
        var known: Set<[UInt64]> = []
        for phrase in book.phrases { known.insert(phrase.words.flatMap { [$0.letters, $0.shapes, UInt64($0.tones)] }) }
        var everyday: Set<UInt64> = []
        for example in training.examples {
            let keys = PreparedText(example.text).tokens.map(\.key)
            for length in 2...3 where keys.count >= length {
                for start in 0...(keys.count - length) {
                    let words = Array(keys[start..<start + length])
                    let letters = folded(words)
                    guard names.contains(letters), words.contains(where: \.isMarked) else { continue }
                    if !known.contains(words.flatMap({ [$0.letters, $0.shapes, UInt64($0.tones)] })) {
                        everyday.insert(letters)
                    }
                }
            }
        }
        return everyday
    }

    private static func folded(_ words: [WordKey]) -> UInt64 {
        var hash = FNV()
        for word in words { hash.add(word: word.letters) }
        return hash.value
    }

    private static func isKind(_ word: WordKey) -> Bool {
        ["huyện", "thị", "xã", "thành", "phố", "tỉnh"].contains {
            PhraseBook.words(of: $0).first.map { word.agrees(with: $0) != nil } ?? false
        }
    }

    // MARK: Reading

    func find(_ text: PreparedText, language: Language) -> [Found] {
        var found: [Found] = []
        var index = 0
        while index < text.tokens.count {
            var matches: [PhraseBook.Match] = []
            book.visit(at: index, letters: text.tokens[index].key.letters, in: text) { matches.append($0) }
            let best = reading(matches, text, language)
            if let (values, words) = best {
                found.append(
                    Found(
                        values: values,
                        range: text.tokens[words.lowerBound].start..<text.tokens[words.upperBound - 1].end))
                index = max(index + 1, words.upperBound)
            } else {
                index += 1
            }
        }
        return found
    }

    /// The longest match that stands, with all that it may mean.
    private func reading(_ matches: [PhraseBook.Match], _ text: PreparedText, _ language: Language) -> (
        [Entity.Value], Range<Int>
    )? {
        var rest = matches[...]
        while let first = rest.first {
            let same = rest.prefix { $0.words == first.words }
            rest = rest.dropFirst(same.count)
            let (values, words) = values(Array(same), text, language)
            if !values.isEmpty { return (values, words) }
        }
        return nil
    }

    private func values(_ matches: [PhraseBook.Match], _ text: PreparedText, _ language: Language) -> (
        [Entity.Value], Range<Int>
    ) {
        guard let words = matches.first?.words else { return ([], 0..<0) }
        // Names written with all their marks push out those that would have lost theirs.
        let fewest = matches.map(\.bareWords).min() ?? 0
        let agreeing = matches.filter { $0.bareWords == fewest || $0.bareWords == words.count }
        var others: [Entity.Value] = []
        var places: [PhraseBook.Match] = []
        for match in agreeing {
            switch owners[book.phrases[match.phrase].owner] {
            case .commune, .former: places.append(match)
            case .topic(let number):
                guard stands(match, text) else { continue }
                let topic = gazetteer.topics[number]
                others.append(
                    .topic(id: topic.id, name: topic.names[language.rawValue] ?? topic.names["vi"] ?? topic.id))
            case .school(let name): others.append(.school(name: name))
            case .custom(let entity, let value): others.append(.custom(entity: entity, value: value))
            }
        }
        if !others.isEmpty { return (others, words) }
        guard let context = context(words, fewest, text) else { return ([], words) }
        return (communes(places, context, text), context.words)
    }

    /// One short word without its marks is too little ("bong" is not bỏng).
    private func stands(_ match: PhraseBook.Match, _ text: PreparedText) -> Bool {
        match.words.count > 1 || match.bareWords == 0
    }

    private struct Context {
        /// With the kind before the name.
        var words: Range<Int>
        /// "xã", "phường", "thị trấn" …; nil without.
        var kind: String?
    }

    /// Whether these words are a place here, by what stands around them.
    private func context(_ words: Range<Int>, _ bareWords: Int, _ text: PreparedText) -> Context? {
        let tokens = text.tokens
        for (kind, name) in Self.kinds where words.lowerBound >= kind.count {
            let start = words.lowerBound - kind.count
            let isWritten = kind.indices.allSatisfy { tokens[start + $0].key.agrees(with: kind[$0]) != nil }
            let isApart = (start + 1...words.lowerBound).contains { place in
                switch tokens[place].gap {
                case .space, .mark(UInt8(ascii: ".")): false
                // "P. Hàm Rồng", "TT. Nưa"
                case .sentence: place != words.lowerBound || name.utf8.count > 2
                default: true
                }
            }
            if isWritten, !isApart { return Context(words: start..<words.upperBound, kind: name) }
        }
        let context = Context(words: words, kind: nil)
        let name = Self.folded(words.map { tokens[$0].key })
        if isWholeAnswer(words, text) { return context }
        guard words.count > 1, !Self.ambiguous.contains(name) else {
            // Written as a name within a sentence, it is one.
            let isCapitalised =
                words.allSatisfy { tokens[$0].isCapitalised } && words.lowerBound > 0
                && tokens[words.lowerBound].gap != .sentence
            return isCapitalised && bareWords == 0 && words.count > 1 && text.isMarked ? context : nil
        }
        let isAfterPlaceWord =
            words.lowerBound > 0
            && Self.placeWords.contains { tokens[words.lowerBound - 1].key.agrees(with: $0.first ?? WordKey()) != nil }
        if bareWords > 0, everydayNames.contains(name), !isAfterPlaceWord { return nil }
        return context
    }

    private func isWholeAnswer(_ words: Range<Int>, _ text: PreparedText) -> Bool {
        text.tokens.count <= words.count + 4
            && text.tokens.indices.allSatisfy {
                words.contains($0) || Self.fillers.contains(text.tokens[$0].key.letters)
            }
    }

    // MARK: Communes

    private static let mostAlternatives = 6

    /// Today's communes first, then the successors of former units; the named kind and district decide among equals.
    private func communes(_ matches: [PhraseBook.Match], _ context: Context, _ text: PreparedText) -> [Entity.Value] {
        struct Candidate {
            var commune: Gazetteer.Commune
            var former: String?
            var rank: Int
        }
        var candidates: [Candidate] = []
        for match in matches {
            let penalty = match.bareWords == 0 ? 0 : 1
            switch owners[book.phrases[match.phrase].owner] {
            case .commune(let number):
                let commune = gazetteer.communes[number]
                candidates.append(
                    Candidate(
                        commune: commune, former: nil, rank: penalty + (agrees(context.kind, commune.name) ? 0 : 4)))
            case .former(let number):
                let unit = gazetteer.formerUnits[number]
                let isNamed = mentions(districts[number], outside: context.words, text)
                let base = (isNamed ? -10 : 2) + penalty + (agrees(context.kind, unit.name) ? 0 : 4)
                for (place, code) in unit.successors.enumerated() {
                    guard let successor = communeNumbers[code] else { continue }
                    candidates.append(
                        Candidate(
                            commune: gazetteer.communes[successor], former: unit.name, rank: base + (place == 0 ? 0 : 3)
                        ))
                }
            default: break
            }
        }
        var codes: Set<String> = []
        var values: [Entity.Value] = []
        for (_, candidate) in candidates.enumerated().sorted(by: {
            ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
        })
        where codes.insert(candidate.commune.code).inserted && values.count < Self.mostAlternatives {
            values.append(
                .commune(code: candidate.commune.code, name: candidate.commune.name, former: candidate.former))
        }
        return values
    }

    /// "phường" and its short forms speak for wards, "xã" for communes, "thị trấn" for towns.
    private func agrees(_ kind: String?, _ name: String) -> Bool {
        let first = PhraseBook.words(of: name).first?.letters
        switch kind {
        case "xã", "x": return first == FNV.hash("xa".utf8)
        case "phường", "p": return first == FNV.hash("phuong".utf8)
        case "thị trấn", "tt": return first == FNV.hash("thi".utf8)
        default: return true
        }
    }

    private func mentions(_ district: [WordKey], outside words: Range<Int>, _ text: PreparedText) -> Bool {
        guard !district.isEmpty, text.tokens.count >= district.count else { return false }
        return (0...text.tokens.count - district.count).contains { start in
            !(start..<start + district.count).overlaps(words)
                && district.indices.allSatisfy { text.tokens[start + $0].key.agrees(with: district[$0]) != nil }
        }
    }
}
