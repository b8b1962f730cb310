package import Core

/// Whether a child may have a place in a class.
package enum EnrolmentRule {
    package enum Verdict: Sendable, Equatable {
        /// A seat is free.
        case seat
        /// Everything fits, but the class is full; `place` is where the child would stand on the waiting list.
        case waitingList(place: Int)
        case cancelled
        /// Registration is over.
        case closed
        case wrongGrade
        /// The same child already has a place or waits for one.
        case already(Enrolment)
    }

    /// Decides from what is known so far: a nil `grade` or `childName` is not held against the child.
    /// - Parameter existing: the guardian's enrolments that are not cancelled.
    package static func verdict(
        on listing: ClassListing, grade: Int?, childName: String?, existing: [Enrolment], now: Instant
    ) -> Verdict {
        let offer = listing.offer
        if offer.isCancelled { return .cancelled }
        if let childName, let same = existing.first(where: { isSame($0, child: childName, in: offer.id) }) {
            return .already(same)
        }
        if !offer.isOpen(at: now) { return .closed }
        if let grade, !offer.grades.contains(grade) { return .wrongGrade }
        return listing.isFull ? .waitingList(place: listing.waiting.addingSaturating(1)) : .seat
    }

    private static func isSame(_ enrolment: Enrolment, child: String, in classID: ClassID) -> Bool {
        enrolment.classID == classID && enrolment.status != .cancelled
            && key(enrolment.childName) == key(child)
    }

    /// Names are the same when their letters are, whatever the case, the spaces and the way of composing accents.
    private static func key(_ name: String) -> String {
        String(String.UnicodeScalarView(name.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }))
    }
}
