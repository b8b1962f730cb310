import CLinear
package import Content
package import Core

/// Reads a text: which intent, which entities, how urgent. The whole of `Understanding` behind one door.
///
/// Immutable after making, so any number of threads may read at once. Reading never fails, never traps and takes
/// microseconds; making trains for some seconds at most (see ``make(from:cache:)``).
package struct Interpreter: Sendable {
    /// Where a model came from.
    package enum Origin: String, Sendable { case training, cache }

    package let origin: Origin
    let model: RankingModel
    let normaliser: Normaliser
    private let entities: EntityReader
    private let triageReader: TriageReader

    /// Trains on the catalogue's examples, or loads what an earlier process trained on the same ones.
    ///
    /// Deterministic: equal examples give equal models. Blocks the calling thread while training, one training at
    /// a time in the process; call it at start, off the cooperative pool.
    /// - Parameter cache: a directory for the trained model, made if it is missing (its parent is not). A missing,
    ///   stale or broken file there is replaced; a directory that cannot be written is ignored. Nil keeps nothing.
    package static func make(from catalogue: Catalogue, cache: String? = nil) throws(UnderstandingError) -> Interpreter {
        try make(
            training: catalogue.training, gazetteer: catalogue.gazetteer, triage: catalogue.triage, cache: cache)
    }

    /// As ``make(from:cache:)``, from the parts of a catalogue that matter here.
    package static func make(
        training: TrainingData, gazetteer: Gazetteer = Gazetteer(), triage: TriageRubric = TriageRubric(),
        cache: String? = nil
    ) throws(UnderstandingError) -> Interpreter {
        let teencode = Teencode(gazetteer.teencode)
        let digest = ModelFile.Digest(training.examples.map { ($0.text, $0.intent) }, teencode)
        var origin = Origin.cache
        var model = cache.flatMap { ModelFile.load(from: $0, digest) }
        if model == nil {
            origin = .training
            let rows = training.examples.map { Trainer.Row(text: PreparedText($0.text), intent: $0.intent) }
            let trained = try Trainer(teencode: teencode).train(rows)
            if let cache { ModelFile.store(trained, in: cache, digest) }
            model = trained
        }
        // Reading content and training have needed far more than what stays.
        defer { clinear_give_memory_back() }
        return Interpreter(
            origin: origin, model: model ?? RankingModel(), teencode: teencode,
            entities: EntityReader(gazetteer: gazetteer, training: training),
            triage: TriageReader(rubric: triage, teencode: teencode))
    }

    private init(
        origin: Origin, model: RankingModel, teencode: Teencode, entities: EntityReader, triage: TriageReader
    ) {
        self.origin = origin
        self.model = model
        self.entities = entities
        triageReader = triage
        normaliser = Normaliser(vocabulary: model.vocabulary, teencode: teencode)
    }

    /// What the text says, as seen at `now`.
    ///
    /// Only the first ``Core/Limits/textScalars`` scalars are interpreted; triage also sees as many of the last ones.
    package func read(_ text: String, at now: Instant) -> Reading {
        let prepared = PreparedText(text, limit: Limits.textScalars)
        let (ranking, certainty) = rank(prepared)
        let language = LanguageDetection.language(of: prepared)
        return Reading(
            text: text, language: language, ranking: ranking, certainty: certainty,
            entities: entities.read(prepared, language: language, now: now),
            triage: triageReader.read(text, prepared: prepared))
    }

    /// Only the triage of ``read(_:at:)``, for choosing a queue before anything slower happens.
    package func triage(_ text: String) -> Triage { triageReader.read(text) }

    /// Only the entities of ``read(_:at:)``.
    package func entities(of text: String, at now: Instant) -> [Entity] {
        let prepared = PreparedText(text, limit: Limits.textScalars)
        return entities.read(prepared, language: LanguageDetection.language(of: prepared), now: now)
    }

    /// Days, clock times and stretches of time alone, by the same reader; needs no model.
    package static func times(in text: String, at now: Instant) -> [[Entity.Value]] {
        TimeReader(Atoms(PreparedText(text, limit: Limits.textScalars)), now: now).find().map(\.values)
    }

    /// All intents, best first, and how far the best may be trusted.
    func rank(_ text: PreparedText) -> ([RankedIntent], Certainty) {
        let scores = model.scores(normaliser.words(of: text))
        let calibration = model.calibration
        let confidences = Calibration.confidences(scores.decisions, temperature: calibration.temperature)
        let order = confidences.indices.sorted {
            confidences[$0] != confidences[$1] ? confidences[$0] > confidences[$1] : $0 < $1
        }
        let ranking = order.map { RankedIntent(name: model.intents[$0], confidence: Double(confidences[$0])) }
        guard let best = order.first, scores.knowsAnything, scores.acceptance >= calibration.leastAcceptance else {
            return (ranking, .outOfScope)
        }
        let lead = order.count > 1 ? confidences[best] - confidences[order[1]] : 1
        let isSure =
            confidences[best] >= calibration.leastConfidence && lead >= Calibration.leastLead
            && scores.acceptance >= calibration.leastSureAcceptance
        return (ranking, isSure ? .sure : .unsure)
    }

    /// What rejection compares with its threshold: higher is more likely in scope.
    func acceptance(_ text: PreparedText) -> Double {
        let scores = model.scores(normaliser.words(of: text))
        return scores.knowsAnything ? Double(scores.acceptance) : -1
    }
}
