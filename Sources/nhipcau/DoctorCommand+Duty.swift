import Core
import Programmes
import Store

extension DoctorCommand {
    /// Whether somebody can be paged about reports, and each of them in two ways: one fails when it is needed.
    func checkDuty(_ store: Store, _ assembly: Assembly, _ report: inout DoctorReport) async throws {
        let (team, waiting) = try await store.read { tx in
            let all = try tx.allStaff(limit: 10_000).map(\.member).filter { $0.isActive && $0.roles.contains(.safeguarding) }
            let team = try all.filter { member in
                let kind = try tx.organisation(member.organisation)?.kind
                return kind == .province || kind == .commune
            }
            return (team, try tx.openCases(limit: 1000).count { $0.isUnanswered })
        }
        let reached = try await store.read { tx in try tx.dutyRecipients(commune: nil, rung: .first).count }
        let hasMail = assembly.dutyMail != nil
        let connect = "Connect a mail account (docs/channels/mail.md)"
        for member in team {
            let (name, address) = ("duty \(member.login)", "nhipcau staff change \(member.login) --email …")
            let link = "nhipcau staff invite \(member.login)"
            switch (member.conversation != nil, member.email != nil, hasMail) {
            case (true, true, true): break
            case (true, let hasAddress, _):
                let mend = [hasMail ? nil : connect, hasAddress ? nil : address].compactMap(\.self).joined(separator: "; ")
                report.warn(name, "can be paged in the linked chat only", mend: mend)
            case (false, true, true): report.warn(name, "can be paged by mail only", mend: link)
            case (false, true, false):
                report.bad(name, "cannot be paged: no mail account is connected, and no chat linked", mend: "\(connect), or: \(link)")
            case (false, false, _):
                report.bad(name, "cannot be paged: no chat is linked, and there is no address", mend: "\(link); \(address)")
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
