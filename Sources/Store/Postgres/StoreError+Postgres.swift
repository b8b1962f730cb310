extension StoreError {
    /// What a refusal by PostgreSQL means for the caller. Values of a row never get into it: of the server's messages
    /// only those are kept that speak of names in the schema.
    ///
    /// - Source: PostgreSQL 15, appendix A, “Error Codes”.
    init(sqlState: String, message: String, place: String) {
        switch sqlState {
        // Serialization failure, deadlock, and what a reader of a standby meets.
        case "40001", "40P01": self = .contended
        // Whether it was committed, nobody knows.
        case "40003": self = .unreachable(place: place, detail: "connection failure 40003")
        // Somebody waited for a lock, or for a statement, for as long as may be.
        case "55P03", "57014": self = .busy
        case "53100": self = .diskFull
        case "25006": self = .readOnly(path: place)
        case "28000", "28P01", "3D000", "53300", "57P01", "57P02", "57P03", "25P03", "57P05":
            self = .unreachable(place: place, detail: message)
        // Two processes made the same table at once.
        case "42P07", "42710": self = .conflict(message)
        default:
            switch sqlState.prefix(2) {
            case "08": self = .unreachable(place: place, detail: "connection failure \(sqlState)")
            case "53": self = .unreachable(place: place, detail: "the server is out of resources, \(sqlState)")
            case "23": self = .conflict(message)
            case "42": self = .engine(code: Int(sqlState) ?? 0, "\(sqlState), \(message)")
            default: self = .engine(code: Int(sqlState) ?? 0, "SQLSTATE \(sqlState)")
            }
        }
    }
}
