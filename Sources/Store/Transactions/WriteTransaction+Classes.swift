import Core
package import Programmes

extension WriteTransaction {
    /// Adds a class, or replaces what is known about it; enrolments stay.
    ///
    /// - Throws: ``StoreError/conflict(_:)`` when another class has the same code.
    package func upsertClass(_ offer: ClassOffer) throws {
        try connection.execute(
            ClassSQL.upsert,
            [
                "id": .id(offer.id), "code": .text(offer.code),
                "codeKey": .text(ClassOffer.normalised(code: offer.code)), "title": .text(offer.title),
                "topic": .text(offer.topic), "commune": .text(offer.commune), "venue": .text(offer.venue),
                "lowest": .int(offer.grades.lowerBound), "highest": .int(offer.grades.upperBound),
                "capacity": .int(offer.capacity), "fee": .int(offer.fee), "organiser": .text(offer.organiser),
                "instructor": .text(offer.instructor), "safeguarding": .text(offer.safeguardingContact),
                "licence": .text(orNull: offer.licence), "closes": .time(offer.registrationCloses),
                "cancelled": .bool(offer.isCancelled), "demo": .bool(offer.isDemo),
                "firstStart": .integer(offer.firstStart?.milliseconds ?? .max),
            ])
        try connection.execute(ClassSQL.dropSessions, ["class": .id(offer.id)])
        for (position, session) in offer.sessions.enumerated() {
            try connection.execute(
                ClassSQL.addSession,
                [
                    "class": .id(offer.id), "position": .int(position), "start": .time(session.start),
                    "end": .time(session.end),
                ])
        }
    }

    /// - Throws: ``StoreError/conflict(_:)`` when the class is unknown, a seat is taken that does not exist, or the
    ///   id was used before.
    func enrol(_ enrolment: Enrolment) throws {
        guard let listing = try listing(enrolment.classID) else { throw StoreError.conflict("the class is unknown") }
        if enrolment.status == .enrolled, listing.isFull { throw StoreError.conflict("the class is full") }
        let name = try seal(
            Array(enrolment.childName.utf8), .childName, id: enrolment.id.rawValue, standing: true)
        try connection.execute(
            ClassSQL.enrol,
            [
                "id": .id(enrolment.id), "class": .id(enrolment.classID), "guardian": .id(enrolment.guardian),
                "name": .blob(name), "grade": .int(enrolment.grade.number),
                "suffix": .text(orNull: enrolment.grade.suffix), "status": .text(enrolment.status.rawValue),
                "created": .time(enrolment.createdAt),
                "position": .integer(try nextSequence(of: enrolment.guardian)),
            ])
    }

    /// No-op for an unknown or already cancelled enrolment.
    func cancel(_ id: EnrolmentID) throws {
        try connection.execute(
            ClassSQL.setStatus, ["id": .id(id), "status": .text(Enrolment.Status.cancelled.rawValue)])
    }

    /// - Throws: ``StoreError/conflict(_:)`` unless the child is waiting and a seat is free.
    func promote(_ id: EnrolmentID) throws {
        guard let row = try connection.row(ClassSQL.enrolmentPlace, ["id": .id(id)]),
            try row.text(1) == Enrolment.Status.waiting.rawValue, let listing = try listing(row.id(0))
        else { throw StoreError.conflict("the child is not waiting") }
        if listing.isFull { throw StoreError.conflict("the class is full") }
        try connection.execute(
            ClassSQL.setStatus, ["id": .id(id), "status": .text(Enrolment.Status.enrolled.rawValue)])
    }
}
