/// Why nothing was written to where a whole database should go.
package enum TransferFault: Error, Sendable, Equatable {
    /// There is a file of that name.
    case exists(path: String)
    /// The database has tables already.
    case notEmpty(place: String)
    /// What was read back is not what was written.
    case differs(table: String)

    package var text: String {
        switch self {
        case .exists(let path): "\(path) exists and is not overwritten. Name another file, or put that one away."
        case .notEmpty(let place): "\(place) is not empty. Name an empty database; nothing is ever merged."
        case .differs(let table):
            "What was read back from the table \(table) is not what was written. Check disk and memory of the machine."
        }
    }
}
