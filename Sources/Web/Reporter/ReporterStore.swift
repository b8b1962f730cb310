import Core
import Programmes
import Sealing
import Store

/// What the reporters' pages read and write.
struct ReporterStore: Sendable {
    let store: Store
    let keys: KeyRing
    let cost: HashCost

    // MARK: The link

    /// Whether the link with this token can be used now.
    func isUsable(_ token: String, at now: Instant) async throws -> Bool {
        let hash = TokenHash(of: token)
        return try await store.read { tx in try tx.caseForLink(hash, now: now) } != nil
    }

    /// Makes the mailbox and uses the link up for it, both or neither. False when the link cannot be used any more.
    ///
    /// - Throws: ``SealingError/busy``; ``StoreError`` when trying again may help.
    func issue(_ receipt: ReceiptSource.Receipt, for token: String, at now: Instant) async throws -> Bool {
        let mailbox = try await Mailbox.make(code: receipt.code, pin: receipt.pin, keys: keys, cost: cost)
        let hash = TokenHash(of: token)
        do {
            _ = try await store.write { tx in try tx.createMailbox(link: hash, mailbox, now: now) }
            return true
        } catch StoreError.missing, StoreError.conflict {
            return false
        }
    }

    /// Whether there is a mailbox that this code and PIN open; cheap when there is none.
    func isIssued(_ receipt: ReceiptSource.Receipt) async throws -> Bool {
        let mark = Mailbox.mark(of: receipt.code, keys: keys)
        guard let found = try await store.read({ tx in try tx.mailbox(codeMark: mark) }) else { return false }
        do {
            _ = try await found.mailbox.open(code: receipt.code, pin: receipt.pin)
            return true
        } catch .doesNotOpen {
            return false
        }
    }

    // MARK: The mailbox

    /// What is counted when somebody tries this code, whether there is a mailbox for it or not.
    func attempt(code typed: String, from source: IPAddress?) -> GuessLimits.Attempt {
        let mark = ReceiptCode(parsing: typed).map { Mailbox.mark(of: $0, keys: keys) }
        return GuessLimits.Attempt(source: source, code: mark)
    }

    /// What code and PIN open; nil when they are wrong, unknown or mistyped.
    ///
    /// - Parameter unnoted: told when a wrong PIN could not be written down. The answer stays what it is: another one
    ///   would tell that the code exists.
    /// - Throws: ``SealingError/busy``; ``StoreError``.
    func open(
        code typed: String, pin digits: String, at now: Instant, unnoted: (StoreError) -> Void
    ) async throws -> MailboxSessions.Opened? {
        guard let code = ReceiptCode(parsing: typed), let pin = ReceiptPIN(parsing: digits) else {
            var random = SystemRandom()
            await Mailbox.pretendToOpen(code: .make(random: &random), pin: .make(random: &random), cost: cost)
            return nil
        }
        let mark = Mailbox.mark(of: code, keys: keys)
        let found = try await store.read { tx in try tx.mailbox(codeMark: mark) }
        do {
            let key = try await Mailbox.open(found?.mailbox, code: code, pin: pin, cost: cost)
            guard let report = found?.caseID else { return nil }
            try await store.write { tx in try tx.noteMailboxOpened(report, now: now) }
            return MailboxSessions.Opened(report: report, key: key)
        } catch SealingError.doesNotOpen {
            guard let report = found?.caseID else { return nil }
            do {
                try await store.write { tx in try tx.noteMailboxFailure(report, now: now) }
            } catch let error as StoreError {
                unnoted(error)
            }
            return nil
        }
    }

    /// How the report stands, and what was written to the reporter. What does not open is left out.
    func content(of mailbox: MailboxSessions.Opened) async throws -> ReporterPages.Content {
        let report = mailbox.report
        let (summary, messages) = try await store.read { tx in
            (try tx.caseSummary(report), try tx.mailboxMessages(of: report))
        }
        let lines = messages.compactMap { message -> ReporterPages.Line? in
            guard let entry = try? message.open(with: mailbox.key) else { return nil }
            return ReporterPages.Line(isOwn: entry.kind != .reply, text: entry.text, at: message.at)
        }
        return ReporterPages.Content(status: summary?.status ?? .closed, lines: lines)
    }

    /// Seals `text` into the case.
    /// - Throws: ``StoreError``, a conflict when the case is closed.
    func add(_ text: String, to mailbox: MailboxSessions.Opened, at now: Instant) async throws {
        let report = mailbox.report
        try await store.write { tx in try tx.appendFromMailbox(report, text: text, now: now) }
    }
}
