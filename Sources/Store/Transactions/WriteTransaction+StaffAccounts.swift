package import Core
package import Programmes
package import Sealing

extension WriteTransaction {
    /// Adds a member.
    ///
    /// - Parameter key: their key under their first password, made at ``StaffAccount/keyPlace(of:)``; nil until they have one.
    /// - Throws: ``StoreError/conflict(_:)`` when the login is taken or malformed, ``StoreError/missing(_:)`` when there is no
    ///   such organisation.
    package func addStaff(_ member: StaffMember, key: PasswordSealedKey?, by actor: Actor, now: Instant) throws {
        guard Self.isLogin(member.login) else {
            throw StoreError.conflict("a login has lower-case letters, digits, dots and hyphens")
        }
        guard try connection.row(StaffSQL.byLogin, ["login": .text(member.login)]) == nil, try staffRow(member.id) == nil else {
            throw StoreError.conflict("the login is taken")
        }
        let locked = try key.map { try self.sealed($0, of: member.id) }
        let sealed = try sealed(member)
        try connection.execute(
            StaffSQL.insert,
            [
                "id": .id(member.id), "login": .text(member.login), "name": .blob(sealed.name),
                "email": .blob(orNull: sealed.email), "roles": .text(Self.text(member.roles)),
                "organisation": .id(member.organisation), "active": .bool(member.isActive),
                "key": .blob(orNull: key?.publicKey.bytes), "locked": .blob(orNull: locked),
                "created": .time(member.createdAt), "now": .time(now),
            ])
        try appendAudit(
            actor: actor, action: "staff.added", subject: member.id.rawValue, detail: Self.text(member.roles), now: now)
    }

    /// Changes name, e-mail, roles, organisation, and whether the member is active. Login, chat and key stay, but a member
    /// who is disabled loses their chat, and who leaves the team, or goes where a case must not go, loses the cases, except
    /// those that nobody else could open. Open cases that they had taken are new again and others are paged.
    ///
    /// - Throws: ``StoreError/missing(_:)``.
    package func updateStaff(_ member: StaffMember, by actor: Actor, now: Instant) throws {
        guard let old = try staffRow(member.id) else { throw StoreError.missing("member") }
        let sealed = try sealed(member)
        try connection.execute(
            StaffSQL.update,
            [
                "id": .id(member.id), "name": .blob(sealed.name), "email": .blob(orNull: sealed.email),
                "roles": .text(Self.text(member.roles)), "organisation": .id(member.organisation),
                "active": .bool(member.isActive), "now": .time(now),
            ])
        if !member.isActive {
            try connection.execute(StaffSQL.dropUnusedLinks, ["staff": .id(member.id)])
            if let conversation = old.conversation { try unlink(member.id, from: conversation, now: now) }
        }
        if !member.isActive || !member.roles.contains(.safeguarding) {
            try connection.execute(CaseSQL.dropSparableWraps, ["holder": .id(member.id)])
        } else if member.organisation != old.organisation {
            try takeCasesThatMustNotReach(member.id, now: now)
        }
        try releaseCases(of: member.id, now: now)
        try appendAudit(
            actor: actor, action: "staff.changed", subject: member.id.rawValue,
            detail: "\(member.isActive ? "active" : "disabled") \(Self.text(member.roles))", now: now)
    }

    /// Gives a member another password.
    ///
    /// With the same key (the old password was known) nothing else changes. With a new one, what was sealed to the old one
    /// is lost to the member: those cases must be shared with them again.
    /// - Throws: ``StoreError/missing(_:)``.
    @discardableResult
    package func setStaffKey(of id: StaffID, _ key: PasswordSealedKey, by actor: Actor, now: Instant) throws -> StaffKeyReset {
        guard let old = try staffRow(id) else { throw StoreError.missing("member") }
        var reset = StaffKeyReset(removedWraps: 0, lostCases: [])
        if old.publicKey != key.publicKey {
            reset.lostCases = try casesHeldOnly(by: id)
            reset.removedWraps = try connection.execute(CaseSQL.dropWrapsOfHolder, ["holder": .id(id)])
        }
        try connection.execute(
            StaffSQL.setKey,
            ["id": .id(id), "key": .blob(key.publicKey.bytes), "locked": .blob(try sealed(key, of: id)), "now": .time(now)])
        try appendAudit(
            actor: actor, action: "staff.key", subject: id.rawValue,
            detail: "\(key.publicKey.fingerprint) \(reset.removedWraps)", now: now)
        return reset
    }

    /// Makes a code that links one chat to the member: for seven days, once. An earlier code that was not used ends.
    ///
    /// - Throws: ``StoreError/missing(_:)`` when there is no such active member.
    package func inviteStaff(_ id: StaffID, by actor: Actor, now: Instant) throws -> StaffInvitation {
        guard let row = try staffRow(id), row.isActive else { throw StoreError.missing("active member") }
        var random = SystemRandom()
        let invitation = StaffInvitation(
            code: StaffLinkCode.make(random: &random), expires: now + .seconds(7 * 86_400))
        guard let hash = StaffLinkCode.hash(invitation.code) else { throw StoreError.conflict("the code is malformed") }
        try connection.execute(StaffSQL.dropUnusedLinks, ["staff": .id(id)])
        try connection.execute(
            StaffSQL.insertLink,
            ["hash": .blob(hash.bytes), "staff": .id(id), "expires": .time(invitation.expires)])
        try appendAudit(actor: actor, action: "staff.invited", subject: id.rawValue, now: now)
        return invitation
    }

    /// Links a chat to a member and uses the code up. The member's earlier chat, and an earlier member of this chat, lose
    /// the link.
    ///
    /// - Throws: ``StoreError/conflict(_:)`` when the code is unknown, used, too old, or another's.
    package func redeemLink(code: String, of member: StaffID, for conversation: ConversationID, now: Instant) throws {
        guard let row = try staffRow(member), row.isActive, let hash = StaffLinkCode.hash(code),
            try connection.execute(
                StaffSQL.useLink, ["hash": .blob(hash.bytes), "staff": .id(member), "now": .time(now)]) == 1
        else { throw StoreError.conflict("the code is not valid") }
        if let earlier = row.conversation { try unlink(member, from: earlier, now: now) }
        if let other = try connection.row(StaffSQL.byConversation, ["conversation": .id(conversation)]) {
            try connection.execute(StaffSQL.unlink, ["id": .text(try other.text(0)), "now": .time(now)])
        }
        try connection.execute(
            StaffSQL.link, ["id": .id(member), "conversation": .id(conversation), "now": .time(now)])
        try setRole("staff", of: conversation)
        try appendAudit(actor: .member(member), action: "staff.linked", subject: member.rawValue, now: now)
    }

    /// Takes the chat from a member. No-op when they have none.
    ///
    /// - Throws: ``StoreError/missing(_:)``.
    package func unlinkStaff(_ id: StaffID, by actor: Actor, now: Instant) throws {
        guard let row = try staffRow(id) else { throw StoreError.missing("member") }
        guard let conversation = row.conversation else { return }
        try unlink(id, from: conversation, now: now)
        try appendAudit(actor: actor, action: "staff.unlinked", subject: id.rawValue, now: now)
    }

    /// The chat is again that of anybody.
    private func unlink(_ id: StaffID, from conversation: ConversationID, now: Instant) throws {
        try connection.execute(StaffSQL.unlink, ["id": .id(id), "now": .time(now)])
        try setRole("parent", of: conversation)
    }

    private func takeCasesThatMustNotReach(_ id: StaffID, now: Instant) throws {
        guard let kind = try staffRow(id)?.kind else { return }
        for row in try connection.rows(CaseSQL.ofHolder, ["holder": .id(id)]) {
            let held: CaseID = try row.id(0)
            guard let facts = try caseRow(held)?.summary.facts, !facts.mayReach(kind), try holders(of: held).count > 1 else {
                continue
            }
            try connection.execute(CaseSQL.dropWrap, ["case": .id(held), "holder": .id(id)])
            try appendAudit(
                actor: .program, action: "case.unshared", subject: held.rawValue, detail: id.rawValue, now: now)
        }
    }

    /// A case must not rest with somebody who has left.
    private func releaseCases(of id: StaffID, now: Instant) throws {
        for row in try connection.rows(CaseSQL.takenBy, ["staff": .id(id)]) {
            let taken: CaseID = try row.id(0)
            if try mayTake(taken, id) { continue }
            try connection.execute(CaseSQL.reopen, ["id": .id(taken)])
            try setPaging(taken, next: now, pages: 0, reason: .raised)
            try appendAudit(actor: .program, action: "case.released", subject: taken.rawValue, detail: id.rawValue, now: now)
        }
    }

    /// Once more under the standing key: passwords cannot be tried with the database alone.
    private func sealed(_ key: PasswordSealedKey, of id: StaffID) throws -> [UInt8] {
        try seal(key.encoded, .staffKey, id: id.rawValue, standing: true)
    }

    private func sealed(_ member: StaffMember) throws -> (name: [UInt8], email: [UInt8]?) {
        guard try connection.row(StaffSQL.organisation, ["id": .id(member.organisation)]) != nil else {
            throw StoreError.missing("organisation")
        }
        let email = member.email.flatMap { $0.isEmpty ? nil : $0 }
        return (
            try seal(Array(member.name.utf8), .staffName, id: member.id.rawValue, standing: true),
            try email.map { try seal(Array($0.utf8), .staffEmail, id: member.id.rawValue, standing: true) }
        )
    }

    private static func text(_ roles: Set<StaffRole>) -> String { roles.sorted().map(\.rawValue).joined(separator: ",") }

    private static func isLogin(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            }
    }
}
