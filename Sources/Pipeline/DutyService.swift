package import Core
package import Content
package import Logging
import Metrics
import Programmes
import ServiceLifecycle
package import Store

/// Pages people on duty about reports, again and higher up until somebody takes the case.
///
/// A page says that there is something and how urgent it is, never what. It leaves as an outbox row like everything
/// else: to the linked chat and by mail, each page in the transaction that moves the case's clock on, so that it is
/// written once however many processes run.
package struct DutyService: NamedService {
    /// The account from which mail is sent.
    package struct MailAccount: Sendable, Equatable {
        package var connection: ConnectionID
        package var account: String

        package init(connection: ConnectionID, account: String) {
            self.connection = connection
            self.account = account
        }
    }

    private let store: Store
    private let replies: ReplyBook
    private let mail: MailAccount?
    private let signals: Signals
    private let clock: any WallClock
    private let logger: Logger

    /// A page is written within this after it fell due, also when another process made the case.
    static let poll = Duration.seconds(2)
    static let batch = 20

    package init(
        store: Store, replies: ReplyBook, mail: MailAccount?, signals: Signals, clock: any WallClock, logger: Logger
    ) {
        self.store = store
        self.replies = replies
        self.mail = mail
        self.signals = signals
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await Machine.untilShutdown {
            while !Task.isCancelled {
                await page()
                await signals.duty.wait(atMost: Self.poll)
            }
        }
    }

    /// Writes the pages that are due.
    private func page() async {
        let now = clock.now()
        do {
            let (pages, touched) = try await store.write { tx in
                let pages = try tx.claimDuePages(limit: Self.batch, now: now)
                return (pages, try pages.flatMap { try write($0, in: tx, now: now) })
            }
            guard !pages.isEmpty else { return }
            signals.departures.notify()
            for conversation in touched { signals.feed.notify(conversation) }
            for page in pages { report(page) }
        } catch {
            logger.report(error, "people on duty could not be paged")
        }
    }

    /// - Returns: the conversations that have something new.
    private func write(_ page: DuePage, in tx: WriteTransaction, now: Instant) throws -> [ConversationID] {
        var touched: [ConversationID] = []
        guard !page.isGivenUp else { return [] }
        for recipient in page.recipients {
            if let chat = recipient.conversation {
                try send("reports.page", page, to: chat, in: tx, now: now)
                try tx.notePaged(page.summary.id, page: page.page, staff: recipient.staff, way: "chat", outcome: "written", now: now)
                touched.append(chat)
            }
            if let mail, let address = recipient.email {
                let box = try tx.findOrCreateConversation(
                    ConversationAddress(connection: mail.connection, channel: .mail, account: mail.account, person: address), now: now)
                try send("reports.page_mail", page, to: box, in: tx, now: now)
                try tx.notePaged(page.summary.id, page: page.page, staff: recipient.staff, way: "mail", outcome: "written", now: now)
            }
        }
        return touched
    }

    private func send(_ key: String, _ page: DuePage, to conversation: ConversationID, in tx: WriteTransaction, now: Instant) throws {
        let message = try replies.render(
            key: key, language: .vietnamese,
            values: [
                "number": .text(page.summary.number), "case": .text(page.summary.id.rawValue),
                "urgent": .flag(page.summary.facts.level == .s1), "again": .flag(page.page > 0 && page.reason != .wrote),
                "wrote": .flag(page.reason == .wrote),
            ])
        try tx.enqueue(OutboxDraft(conversation: conversation, lane: .safety, key: key, message: message), now: now)
    }

    private func report(_ page: DuePage) {
        let number: Logger.Metadata = ["case": "\(page.summary.number)"]
        if page.isGivenUp {
            Counter(label: "nhipcau_duty_unanswered_total").increment()
            return logger.critical("nobody has taken a report although everybody was paged", metadata: number)
        }
        let ways = page.recipients.reduce(0) { $0 + ($1.conversation == nil ? 0 : 1) + ($1.email == nil || mail == nil ? 0 : 1) }
        if ways == 0 {
            Counter(label: "nhipcau_duty_nobody_total").increment()
            return logger.critical("a report waits and nobody can be paged", metadata: number)
        }
        Counter(label: "nhipcau_duty_pages_total", dimensions: [("level", page.summary.facts.level.rawValue)]).increment()
        logger.notice(
            "people on duty were paged", metadata: number.merging(["page": "\(page.page + 1)", "ways": "\(ways)"]) { $1 })
    }
}
