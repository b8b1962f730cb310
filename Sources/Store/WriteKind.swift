/// How a write stands to others that run at the same time.
package enum WriteKind: Sendable {
    /// Decides on what it reads: nothing it has seen can have changed when it is committed, as if it ran alone.
    ///
    /// On an engine with several writers its closure is run again when that could not be had.
    case decision
    /// Puts into a queue or takes from one, beside others that do the same.
    ///
    /// On an engine with several writers each statement sees what is committed when it begins, so the closure must be
    /// right statement by statement: rows are taken with their lock (`{FREE}`, ``SQLStatement``), or changed in a way
    /// that is right whatever happened in between.
    case queue
    /// Changes the tables themselves, however long that takes.
    case migration
}
