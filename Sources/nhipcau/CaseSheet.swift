import Channels
import Core
import JSON
import Programmes
import Sealing
import Store

/// One opened case as the team reads it.
struct CaseSheet {
    /// One entry, opened.
    struct Line {
        let at: Instant
        let kind: CaseEntry.Kind
        let author: String
        /// Nil when it does not open, which only damage or another hand explains.
        let entry: CaseEntry?

        init(_ sealed: SealedCaseEntry, key: SealingPrivateKey, author: String) {
            at = sealed.at
            kind = sealed.kind
            self.author = author
            entry = try? sealed.open(with: key)
        }
    }

    let summary: CaseSummary
    let listing: CaseListing?
    let closing: CaseClosing?
    let lines: [Line]

    var text: String {
        var out = [
            "\(summary.number)   \(summary.facts.level.rawValue)   \(summary.status.rawValue)",
            "opened      \(summary.openedAt.localText)",
            "categories  \(summary.facts.categories.joined(separator: " "))",
            "commune     \(summary.facts.commune ?? "not known")",
            "accused     \(summary.facts.accused?.rawValue ?? "not known")",
            "reporter    \(listing?.hasMailbox == true ? "has taken a code: can be written to" : "has no code: cannot be written to")",
        ]
        if !summary.milestones.isEmpty { out.append("so far      " + summary.milestones.map(\.rawValue).joined(separator: " ")) }
        if let closing {
            out.append(
                "closed with \(closing.outcome?.rawValue ?? "no outcome"), told: \(closing.told.map(\.rawValue).joined(separator: " "))"
                    + (closing.followUp.map { ", asks again on \($0.at().iso8601InVietnam.prefix(10))" } ?? ""))
        }
        out.append("")
        for line in lines {
            let label = line.kind.rawValue + (line.entry?.question.map { " · " + $0 } ?? "")
            out.append("\(line.at.localText)  \(line.author)  [\(label)]")
            // Nothing in it may steer the terminal of whoever reads.
            let body = line.entry.map { InboundText.cleaned($0.text) ?? "" } ?? "(cannot be opened: damaged)"
            out += body.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
            for attachment in line.entry?.attachments ?? [] { out.append("    + \(attachment.kind.rawValue)") }
        }
        return out.joined(separator: "\n")
    }

    var json: JSONValue {
        var object = listing?.json(assignee: nil) ?? [:]
        if case .object(var members) = object {
            members["categories"] = .array(summary.facts.categories.map { .string($0) })
            members["commune"] = summary.facts.commune.map { .string($0) } ?? .null
            members["accused"] = summary.facts.accused.map { .string($0.rawValue) } ?? .null
            members["entries"] = .array(
                lines.map { line in
                    [
                        "at": .string(line.at.iso8601InVietnam), "kind": .string(line.kind.rawValue), "author": .string(line.author),
                        "question": line.entry?.question.map { .string($0) } ?? .null,
                        "text": line.entry.map { .string($0.text) } ?? .null,
                        "attachments": .array((line.entry?.attachments ?? []).map { .string($0.kind.rawValue) }),
                    ]
                })
            object = .object(members)
        }
        return object
    }
}

extension CaseListing {
    /// Fixed columns, for a terminal.
    func line(assignee: String?) -> String {
        var notes = summary.milestones.map(\.rawValue)
        if isUnanswered { notes.append("NOBODY ANSWERED") }
        if isErased { notes.append("erased") }
        return [
            summary.number.padded(13), summary.facts.level.rawValue.padded(5), summary.status.rawValue.padded(13),
            summary.openedAt.localText.padded(17), (assignee ?? "–").padded(16), notes.joined(separator: ", "),
        ].joined(separator: " ")
    }

    /// What anybody may see who runs commands here: not what it is about, nor where.
    func json(assignee: String?) -> JSONValue {
        [
            "number": .string(summary.number), "level": .string(summary.facts.level.rawValue),
            "status": .string(summary.status.rawValue), "opened": .string(summary.openedAt.iso8601InVietnam),
            "acknowledged": summary.acknowledgedAt.map { .string($0.iso8601InVietnam) } ?? .null,
            "closed": summary.closedAt.map { .string($0.iso8601InVietnam) } ?? .null,
            "assignee": assignee.map { .string($0) } ?? .null,
            "milestones": .array(summary.milestones.map { .string($0.rawValue) }), "pages": JSONValue(pages),
            "reporter_has_mailbox": .bool(hasMailbox), "unanswered": .bool(isUnanswered),
        ]
    }
}

extension String {
    /// With spaces behind, at least so wide.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Instant {
    /// `2026-11-24 09:05`, in Viet Nam's time, for a terminal.
    var localText: String { String(iso8601InVietnam.prefix(16)).replacing("T", with: " ") }
}
