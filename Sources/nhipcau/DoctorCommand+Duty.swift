import Core
import Programmes
import Store

extension DoctorCommand {
    /// Whether somebody can be paged about reports, and each of them in two ways: one fails when it is needed.
    func checkDuty(_ store: Store, _ assembly: Assembly, _ report: inout DoctorReport) async throws {
        let (team, waiting) = try await store.read { tx in
            let team = try tx.dutyRecipients(commune: nil, rung: .first)
            return (team, try tx.openCases(limit: 1000).count { $0.isUnanswered })
        }
        let hasMail = assembly.dutyMail != nil
        var reached = 0
        for person in team {
            let login = try await store.read { tx in try tx.staff(person.staff)?.member.login } ?? person.staff.rawValue
            switch (person.conversation != nil, person.email != nil, hasMail) {
            case (true, true, true): reached += 1
            case (true, _, _):
                reached += 1
                report.warn(
                    "duty \(login)", "can be paged in the linked chat only",
                    mend: hasMail
                        ? "Add an address: nhipcau staff change \(login) --email …"
                        : "Connect a mail account (docs/channels/mail.md) and add an address: nhipcau staff change \(login) --email …")
            case (false, true, true):
                reached += 1
                report.warn("duty \(login)", "can be paged by mail only", mend: "Link a chat: nhipcau staff invite \(login)")
            case (false, _, _):
                report.bad(
                    "duty \(login)", "cannot be paged: has an e-mail address, but no mail account is connected",
                    mend: "Connect one (docs/channels/mail.md), or link a chat: nhipcau staff invite \(login)")
            }
        }
        if reached > 0 {
            report.good("duty", "\(reached) of the province's team can be paged about reports")
        } else {
            report.warn(
                "duty", "nobody of the province can be paged about reports",
                mend: "nhipcau staff add … --role safeguarding --organisation CODE-OF-THE-PROVINCE, then link a chat.")
        }
        if waiting > 0 {
            report.bad("duty", "\(waiting) reports were answered by nobody", mend: "nhipcau reports list")
        }
    }
}
