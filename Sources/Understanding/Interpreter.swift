package import Content
package import Core

/// Reads a text: which intent, which entities, how urgent. The whole of `Understanding` behind one door.
///
/// Immutable after making, so any number of threads may read at once. Reading never fails, never traps and takes
/// microseconds; making trains for some seconds at most (see ``make(from:cache:)``).
package struct Interpreter: Sendable {
    /// Trains on the catalogue's examples, or loads what an earlier process trained on the same ones.
    ///
    /// Deterministic: equal examples give equal models. Blocks the calling thread while training, one training at
    /// a time in the process; call it at start, off the cooperative pool.
    /// - Parameter cache: a directory for the trained model, made if it is missing. A missing, stale or broken file
    ///   there is replaced; a directory that cannot be written is ignored. Nil keeps nothing.
    package static func make(from catalogue: Catalogue, cache: String? = nil) throws(UnderstandingError) -> Interpreter {
        Interpreter()
    }

    /// What the text says, as seen at `now`.
    ///
    /// Only the first ``Core/Limits/textScalars`` scalars are interpreted; triage also sees as many of the last ones.
    package func read(_ text: String, at now: Instant) -> Reading {
        Reading(text: text, language: .vietnamese, ranking: [], certainty: .outOfScope, entities: [], triage: Triage())
    }

    /// Only the triage of ``read(_:at:)``, for choosing a queue before anything slower happens.
    package func triage(_ text: String) -> Triage { Triage() }
}
