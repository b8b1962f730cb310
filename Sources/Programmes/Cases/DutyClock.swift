package import Core

/// When people on duty are paged about a case, and whom next when nobody takes it.
package struct DutyClock: Sendable, Equatable {
    /// How far up a page goes.
    package enum Rung: String, Sendable, Codable, CaseIterable {
        /// The team of the commune where it happened, and the province's.
        case first
        /// All of the province's team.
        case province
        /// The province's administrators too.
        case administrators
    }

    /// Pages after the first, at most; afterwards the case stands in the list as unanswered and the log says so.
    package var greatestPages = 12

    package init() {}

    /// From opening to the first page.
    ///
    /// A report without urgency waits for the intake to end, so that one page tells all.
    package func firstPage(_ level: Triage.Level) -> Duration {
        level >= .s2 ? .zero : .seconds(30 * 60)
    }

    /// How long somebody has to take the case before the next page.
    package func patience(_ level: Triage.Level) -> Duration {
        switch level {
        case .s1: .seconds(5 * 60)
        case .s2: .seconds(30 * 60)
        case .s3: .seconds(8 * 3600)
        case .s4, .s0: .seconds(24 * 3600)
        }
    }

    /// Whom the page with this number goes to; 0 is the first.
    package func rung(page: Int) -> Rung {
        switch page {
        case ..<1: .first
        case 1: .province
        default: .administrators
        }
    }
}
