import Content
import Core
import Understanding

/// The readers of texts, each alone: faster than the whole interpreter, and so looked at more closely.
enum ReadersEntry {
    private static let now = CivilDate(dayNumber: 20_781).at(hour: 9)
    private static let interpreter = try? Interpreter.make(
        training: SmallCatalogue.training, gazetteer: SmallCatalogue.gazetteer, triage: SmallCatalogue.triage)
    private static let triageReader = TriageReader(rubric: SmallCatalogue.triage, teencode: SmallCatalogue.gazetteer.teencode)

    /// Days, times and stretches of time; the first byte sets the hour at which they are read.
    static func times(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let now = CivilDate(dayNumber: 20_781).at(hour: Int(input.byte() % 24))
        let text = input.text
        let found = Interpreter.times(in: text, at: now)
        promise(found.count <= text.unicodeScalars.count, "no more times than characters")
        for values in found {
            promise(!values.isEmpty, "what is found has a value")
            for value in values {
                switch value {
                case .time(let span):
                    promise(span.from != nil || span.to != nil, "a stretch of time has an end")
                    if let from = span.from, let to = span.to { promise(from < to, "time does not end before it begins") }
                case .duration(let length): promise(length >= .zero, "a duration is not negative")
                default: promise(false, "a reader of times finds times")
                }
            }
        }
        promise(found == Interpreter.times(in: text, at: now), "a text is read alike")
    }

    /// All entities, without a ranking.
    static func entities(_ bytes: UnsafeRawBufferPointer) {
        guard let interpreter else { return promise(false, "the small catalogue can be trained") }
        let text = FuzzInput(bytes).text
        let scalars = Array(text.unicodeScalars)
        var last = 0
        for entity in interpreter.entities(of: text, at: now) {
            promise(0 <= entity.start && entity.start < entity.end && entity.end <= scalars.count, "an entity stands inside the text")
            promise(entity.text.unicodeScalars.elementsEqual(scalars[entity.start..<entity.end]), "an entity is a slice of the text")
            promise(last <= entity.start, "entities are in the order of the text")
            last = entity.start
            switch entity.value {
            case .grade(let grade): promise((0...12).contains(grade.number), "school years exist")
            case .phone(let number):
                promise(number.utf8.first == UInt8(ascii: "+") && number.utf8.dropFirst().allSatisfy { (48...57).contains($0) }, "E.164")
            case .time(let span):
                if let from = span.from, let to = span.to { promise(from < to, "time does not end before it begins") }
            default: break
            }
        }
    }

    /// Triage with a small rubric: what is added behind a sentence never makes it less urgent.
    static func triage(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        let scalars = Array(text.unicodeScalars)
        let triage = triageReader.read(text)
        for reason in triage.because {
            promise(0 <= reason.start && reason.start < reason.end && reason.end <= scalars.count, "a reason stands inside the text")
            promise(reason.text.unicodeScalars.elementsEqual(scalars[reason.start..<reason.end]), "a reason is a slice of the text")
        }
        promise(!triage.because.isEmpty || triage == Triage(), "what is urgent has a reason")
        promise(triage.because.count <= 12, "reasons are bounded")
        guard scalars.count < Limits.textScalars / 2 else { return }
        let longer = triageReader.read(text + ".\n\n. Cam on ban")
        promise(longer.level >= triage.level, "words of thanks make nothing less urgent")
        promise(longer.ask || longer.level >= .s2 || !triage.ask, "nor is a question forgotten")
    }

    /// Texts without case, accents and punctuation.
    static func folding(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        let key = Folding.key(text)
        promise(Folding.key(key).isSame(as: key), "what is folded stays as it is")
        promise(!key.unicodeScalars.contains { $0.properties.isWhitespace && $0 != " " }, "words have single spaces between them")
    }

    /// A trained model from a file, behind its check sum: first byte even, the bytes as they are; odd, a good model with the
    /// rest written over it at the place that the next two bytes say.
    static func model(_ bytes: UnsafeRawBufferPointer) {
        guard let interpreter else { return promise(false, "the small catalogue can be trained") }
        var input = FuzzInput(bytes)
        var payload: [UInt8]
        if input.byte() & 1 == 0 {
            payload = input.remainder
        } else {
            payload = goodModel ?? StoredModel(interpreter).payload
            let place = Int(input.byte()) << 8 | Int(input.byte())
            for (offset, byte) in input.remainder.enumerated() where place + offset < payload.count { payload[place + offset] = byte }
        }
        guard let model = StoredModel(payload: payload) else { return }
        promise(model.payload == payload, "what is read is written as the same")
        _ = model.decisions(of: "lớp kỹ năng sống mở khi nàoo, ko biết hoc boi")
    }

    private static let goodModel = interpreter.map { StoredModel($0).payload }
}
