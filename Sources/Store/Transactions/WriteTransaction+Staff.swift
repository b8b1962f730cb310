package import Core
package import Programmes

extension WriteTransaction {
    func redeemLink(code: String, of member: StaffID, for conversation: ConversationID, now: Instant) throws {
        throw StoreError.missing("staff tables")
    }
    func startBroadcast(_ broadcast: Broadcast, now: Instant) throws { throw StoreError.missing("broadcast tables") }
    func commandBroadcast(_ id: BroadcastID, _ command: BroadcastCommand, now: Instant) throws {
        throw StoreError.missing("broadcast tables")
    }
}

extension ReadTransaction {
    package func staffMember(conversation: ConversationID) throws -> StaffMember? { nil }
    package func linkOffer(code: String, now: Instant) throws -> LinkOffer? { nil }
    package func organisations(under root: OrganisationID, limit: Int) throws -> [Organisation] { [] }
    package func preview(_ audience: Audience, now: Instant) throws -> AudiencePreview { AudiencePreview(rows: []) }
    package func broadcast(number: String) throws -> Broadcast? { nil }
    package func progress(of broadcast: BroadcastID) throws -> BroadcastProgress { BroadcastProgress(rows: []) }
}
