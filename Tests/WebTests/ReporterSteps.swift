import Channels
import Core
import Programmes
import Sealing
import Store
import Testing

@testable import Web

/// A report whose conversation has a one-time link.
struct Report: Sendable {
    let id: CaseID
    let token: String

    var path: String { "/r/" + token }
}

/// What a reporter writes down.
struct Receipt: Sendable, Equatable {
    let code: String
    let pin: String
}

extension RunningServer {
    static let formType = "application/x-www-form-urlencoded"

    // MARK: The team's side

    func openReport(expiresAfter duration: Duration = .seconds(3_600)) async throws -> Report {
        let now = clock.now()
        let token = BearerToken.make().text
        var random = SystemRandom()
        let id = IdentifierSource().make(CaseID.self, at: now, random: &random)
        let opening = CaseOpening(
            id: id, cause: .message, facts: CaseFacts(level: .s2), role: "pupil", language: .vietnamese,
            linkToken: token, linkExpires: now + duration, openedAt: now)
        let address = ConversationAddress(connection: Self.web, channel: .web, account: "", person: id.rawValue)
        let key = duty.publicKey
        try await store.write { tx in
            try tx.setSealingKey(.duty, key, by: .program, now: now)
            // A case can only be closed when somebody beside the duty key can open it.
            try tx.setSealingKey(.escrow, key, by: .program, now: now)
            let conversation = try tx.findOrCreateConversation(address, now: now)
            try tx.apply([.openCase(opening)], in: conversation, event: nil, now: now)
        }
        return Report(id: id, token: token)
    }

    func reply(_ text: String, to report: Report) async throws {
        let now = clock.now()
        let isSent = try await store.write { tx in try tx.replyToReporter(report.id, text: text, by: .duty, now: now) }
        #expect(isSent)
    }

    func close(_ report: Report) async throws {
        let now = clock.now()
        try await store.write { tx in
            try tx.closeCase(report.id, CaseClosing(outcome: .madeSafe, told: [], followUp: nil), by: .duty, now: now)
        }
    }

    /// What the reporter wrote through the mailbox, as the duty key reads it.
    func written(in report: Report) async throws -> [String] {
        let (wrap, entries) = try await store.read { tx in
            (try tx.caseWrap(of: report.id, holder: .duty), try tx.caseEntries(of: report.id))
        }
        let key = try #require(wrap).open(with: duty)
        return try entries.filter { $0.kind == .mailbox }.map { try $0.open(with: key).text }
    }

    // MARK: The reporter's side

    func post(
        _ path: String, _ fields: [(String, String)], headers: [(String, String)] = []
    ) async throws -> RawConnection.Answer {
        try await request(
            "POST", path, headers: [("Content-Type", Self.formType)] + headers, body: PercentEncoding.form(fields))
    }

    /// Presses the button behind the link.
    func take(_ report: Report) async throws -> Receipt {
        let page = try await request("GET", report.path)
        #expect(page.status == 200)
        let answer = try await post(report.path, [("do", "show"), ("n", try page.field("n"))])
        #expect(answer.status == 200)
        return try answer.receipt()
    }

    func open(_ receipt: Receipt, headers: [(String, String)] = []) async throws -> RawConnection.Answer {
        let fields = [("do", "open"), ("n", BearerToken.make().text), ("c", receipt.code), ("p", receipt.pin)]
        return try await post("/r", fields, headers: headers)
    }

    /// A report whose reporter has opened the mailbox.
    func openMailbox() async throws -> (report: Report, receipt: Receipt, page: RawConnection.Answer) {
        let report = try await openReport()
        let receipt = try await take(report)
        let page = try await open(receipt)
        #expect(page.status == 200)
        return (report, receipt, page)
    }

    func write(_ text: String, from page: RawConnection.Answer) async throws -> RawConnection.Answer {
        try await post("/r", [("do", "send"), ("s", try page.field("s")), ("n", try page.field("n")), ("t", text)])
    }
}

extension RawConnection.Answer {
    /// The value of the page's first hidden field with this name.
    func field(_ name: String) throws -> String {
        try #require(body.components(between: "name=\"\(name)\" value=\"", and: "\"").first)
    }

    func receipt() throws -> Receipt {
        let code = try #require(body.components(between: "<dd class=\"key\">", and: "</dd>").first)
        let pin = try #require(body.components(between: "<dd class=\"key pin\">", and: "</dd>").first)
        return Receipt(code: code, pin: pin.components(between: "<span>", and: "</span>").joined())
    }
}

extension String {
    /// The texts between two marks, in order.
    func components(between start: String, and end: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let open = rest.firstRange(of: start) {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: end) else { break }
            found.append(String(rest[..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return found
    }
}
