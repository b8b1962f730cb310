import Core
import Foundation
import Programmes
import Sealing
import Store

/// Who a command acts as, proved: a member of the staff by their password, or whoever holds the duty key.
struct TeamMember {
    let actor: Actor
    let holder: CaseHolder
    let key: SealingPrivateKey
    /// Nil for the holder of the duty key.
    let member: StaffMember?

    /// Opens the member's key with their password.
    ///
    /// An unknown name and a wrong password are answered alike; the audit log has who was tried.
    static func signIn(_ login: String, _ passphrase: Passphrase, in store: Store) async throws -> TeamMember {
        let password = try passphrase.read("Password of \(login)")
        let account = try await store.read { tx in try tx.staff(login: login) }
        guard let account, account.member.isActive, let locked = account.lockedKey,
            let key = try? await locked.open(password: password, place: StaffAccount.keyPlace(of: account.member.id))
        else {
            if let id = account?.member.id {
                let now = SystemClock().now()
                try await store.write { tx in
                    try tx.appendAudit(actor: .operator, action: "staff.refused", subject: id.rawValue, now: now)
                }
            }
            Console.words("This name and password do not fit, or the account is disabled.")
            throw Exit.failed
        }
        let id = account.member.id
        return TeamMember(actor: .member(id), holder: .member(id), key: key, member: account.member)
    }

    /// - Parameter path: the duty key's file.
    static func onDuty(keyFile path: String, in store: Store) async throws -> TeamMember {
        do {
            let key = try DutyKey.load(from: path)
            guard try await store.read({ tx in try tx.sealingKey(.duty) }) == key.publicKey else {
                Console.words("\(path) is not the duty key of this database.")
                throw Exit.failed
            }
            return TeamMember(actor: .duty, holder: .duty, key: key, member: nil)
        } catch let error as SealingError {
            Console.words("The duty key cannot be used: \(error.text)")
            throw Exit.failed
        }
    }

    /// The case's own key, when this person holds a wrap of it.
    func openKey(of summary: CaseSummary, in store: Store) async throws -> SealingPrivateKey {
        let id = summary.id
        let holder = holder
        guard let wrap = try await store.read({ tx in try tx.caseWrap(of: id, holder: holder) }) else {
            Console.words(
                "\(summary.number) is not sealed to you. Somebody of its team can share it: nhipcau reports assign \(summary.number) --to …, "
                    + "or whoever holds the duty key: nhipcau reports share.")
            throw Exit.failed
        }
        do { return try wrap.open(with: key) } catch {
            Console.words("\(summary.number) cannot be opened with this key: \(error.text)")
            throw Exit.failed
        }
    }
}
