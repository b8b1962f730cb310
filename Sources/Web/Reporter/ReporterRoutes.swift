import Channels
import Core
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Sealing
import Store

/// The pages by which a reporter gets a code and comes back with it.
///
/// `/r/{token}` is behind the one-time link that stands in a conversation; `/r` is for whoever has a code. There are no
/// cookies and nothing is kept in the browser: what a page may do stands in its own forms.
struct ReporterRoutes: Sendable {
    let pages: ReporterPages
    let reports: ReporterStore
    let sessions: MailboxSessions
    let spent: SpentForms
    let metrics: ReporterMetrics
    let origin: SameOrigin
    let sources: SourceResolver
    let clock: any WallClock
    let limits: WebLimits
    /// How people reach us from outside.
    let publicURL: String?
    let receipts: ReceiptSource
    let making: WaitingRoom
    let opening: WaitingRoom
    let guesses: GuessLimits
    let messages: RateLimiter<CaseID>

    init(
        settings: WebSettings, store: Store, keys: KeyRing, sessions: MailboxSessions, spent: SpentForms,
        metrics: PrometheusMetrics, clock: any WallClock, sources: SourceResolver
    ) throws {
        limits = settings.limits
        publicURL = settings.publicURL
        pages = try ReporterPages(settings: settings)
        reports = ReporterStore(store: store, keys: keys, cost: limits.mailboxCost)
        receipts = ReceiptSource(keys: keys)
        self.sessions = sessions
        self.spent = spent
        self.metrics = ReporterMetrics(factory: metrics)
        origin = SameOrigin(publicURL: settings.publicURL)
        self.sources = sources
        self.clock = clock
        making = WaitingRoom(seats: limits.mailboxQueue)
        opening = WaitingRoom(seats: limits.mailboxQueue)
        guesses = GuessLimits(limits)
        messages = RateLimiter(
            burst: limits.mailboxMessageBurst, interval: limits.mailboxMessageInterval,
            capacity: limits.rememberedSources)
    }

    var routes: [Route] {
        [
            Route("/r", isForPeople: true, [.get: ask, .post: answer]),
            Route("/r/{token}", isForPeople: true, [.get: offer, .post: take]),
        ]
    }

    // MARK: The form of every request

    /// What the form says, or the page that tells that it could not be read.
    private enum Form {
        case fields(FormFields, inEnglish: Bool)
        case refused(Response)
    }

    private func form(of request: Request) async throws -> Form {
        let inEnglish = AcceptedLanguage.isEnglish(request)
        func refused(_ status: HTTPResponse.Status) -> Form {
            .refused(pages.enter(notice: .unreadable, status: status, inEnglish: inEnglish))
        }
        guard origin.allows(request) else { return refused(.forbidden) }
        let type = request.headers[.contentType] ?? ""
        guard type.prefix(33).lowercased() == "application/x-www-form-urlencoded" else {
            return refused(.unsupportedMediaType)
        }
        do {
            guard let fields = FormFields(try await request.bodyBytes(upTo: limits.formBodyBytes)) else {
                return refused(.badRequest)
            }
            return .fields(fields, inEnglish: fields["lang"].map { $0 == "en" } ?? inEnglish)
        } catch let error as WebError {
            let page = pages.enter(notice: .unreadable, status: error.status, inEnglish: inEnglish)
            return .refused(error.decorated(page))
        }
    }

    /// The page that `page` makes for the status, for when the database does not answer.
    private func unavailable(
        _ error: StoreError, _ context: WebContext, _ page: (HTTPResponse.Status) -> Response
    ) -> Response {
        log(error, context)
        return later(page(Self.status(of: error)), after: limits.retryAfter)
    }

    private func log(_ error: StoreError, _ context: WebContext) {
        context.logger.log(
            level: error.isAbsence ? .debug : error.isRetryable ? .warning : .error, "reporter's page lacks the database",
            metadata: ["code": "\(error.code)"])
    }

    private static func status(of error: StoreError) -> HTTPResponse.Status {
        error.isRetryable ? .serviceUnavailable : .internalServerError
    }

    private func later(_ response: Response, after wait: Duration) -> Response {
        var response = response
        response.headers[.retryAfter] = String(max(1, wait.wholeMilliseconds.addingSaturating(999) / 1000))
        return response
    }
}

// MARK: - The one-time link

extension ReporterRoutes {
    /// Shows one button. Messengers fetch links for their previews, so looking uses nothing up.
    @Sendable private func offer(_ request: Request, _ context: WebContext) async throws -> Response {
        let inEnglish = AcceptedLanguage.isEnglish(request)
        let now = clock.now()
        do {
            guard try await reports.isUsable(context.captures.first ?? "", at: now) else {
                return pages.gone(inEnglish: inEnglish)
            }
            return pages.offer(word: receipts.word(at: now), inEnglish: inEnglish)
        } catch let error as StoreError {
            return unavailable(error, context) { pages.enter(notice: .busy, status: $0, inEnglish: inEnglish) }
        }
    }

    @Sendable private func take(_ request: Request, _ context: WebContext) async throws -> Response {
        switch try await form(of: request) {
        case .refused(let page): return page
        case .fields(let fields, let inEnglish) where fields["do"] == "show":
            return try await take(
                context.captures.first ?? "", word: fields["n"] ?? "", host: request.head.authority, inEnglish: inEnglish,
                context)
        case .fields(let fields, _): return leave(fields)
        }
    }

    private func take(
        _ token: String, word: String, host: String?, inEnglish: Bool, _ context: WebContext
    ) async throws -> Response {
        let now = clock.now()
        func busy(_ status: HTTPResponse.Status = .serviceUnavailable) -> Response {
            metrics.count(ReporterMetrics.Receipt.busy)
            let page = pages.offer(word: word, notice: .busy, status: status, inEnglish: inEnglish)
            return later(page, after: limits.retryAfter)
        }
        do {
            let receipt = receipts.receipt(token: token, word: word)
            var isShown = false
            if try await reports.isUsable(token, at: now) {
                let issued = try await making.admit { try await reports.issue(receipt, for: token, at: clock.now()) }
                guard let issued else { return busy() }
                isShown = issued
            }
            if !isShown, receipts.isFresh(word, at: now), !spent.isSpent(word) {
                // Perhaps the first of two presses of this page's button was quicker.
                let issued = try await making.admit { try await reports.isIssued(receipt) }
                guard let issued else { return busy() }
                isShown = issued
            }
            metrics.count(isShown ? ReporterMetrics.Receipt.issued : .unusable)
            guard isShown else { return pages.gone(inEnglish: inEnglish) }
            return pages.receipt(
                code: receipt.code.text, pin: receipt.pin.text, word: word, address: address(host: host),
                inEnglish: inEnglish)
        } catch SealingError.busy {
            return busy()
        } catch let error as StoreError {
            return unavailable(error, context, busy)
        }
    }

    /// Where code and PIN are entered, as it is written on paper.
    private func address(host: String?) -> String {
        let reached = publicURL ?? host ?? ""
        let start = reached.utf8.firstRange(of: "://".utf8)?.upperBound ?? reached.utf8.startIndex
        return reached[start...] + "/r"
    }

}

// MARK: - Code and PIN

extension ReporterRoutes {
    @Sendable private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        pages.enter(inEnglish: AcceptedLanguage.isEnglish(request))
    }

    @Sendable private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let fields: FormFields
        let inEnglish: Bool
        switch try await form(of: request) {
        case .refused(let page): return page
        case .fields(let read, let language): (fields, inEnglish) = (read, language)
        }
        switch fields["do"] {
        case "open": return try await open(fields, source: sources.source(of: request, context), inEnglish, context)
        case "send": return try await send(fields, inEnglish, context)
        case "look": return try await look(fields, inEnglish, context)
        case "leave": return leave(fields)
        default: return pages.enter(notice: .unreadable, status: .badRequest, inEnglish: inEnglish)
        }
    }

    private func leave(_ fields: FormFields) -> Response {
        if let secret = fields["s"] { sessions.end(secret) }
        if let word = fields["n"] { spent.spend(word) }
        return pages.left()
    }

    /// Wrong, unknown and mistyped codes and PINs get the same answer after the same time.
    private func open(
        _ fields: FormFields, source: IPAddress?, _ inEnglish: Bool, _ context: WebContext
    ) async throws -> Response {
        let start = ContinuousClock.now
        let draft = Self.kept(fields["t"])
        guard let word = fields["n"], !word.isEmpty else {
            return pages.enter(notice: .unreadable, draft: draft, status: .badRequest, inEnglish: inEnglish)
        }
        func asked(_ notice: ReporterPages.Notice, _ status: HTTPResponse.Status) -> Response {
            pages.enter(notice: notice, draft: draft, status: status, inEnglish: inEnglish)
        }
        let attempt = reports.attempt(code: fields["c"] ?? "", from: source)
        let count: GuessLimits.Count
        switch guesses.take(attempt, at: clock.now()) {
        case .go(let taken): count = taken
        case .wait(let wait):
            metrics.count(ReporterMetrics.Opening.limited)
            let minutes = max(1, (wait.wholeMilliseconds + 59_999) / 60_000)
            return later(asked(.limited(minutes: Int(minutes)), .tooManyRequests), after: wait)
        }
        func busy(_ status: HTTPResponse.Status = .serviceUnavailable) -> Response {
            metrics.count(ReporterMetrics.Opening.busy)
            guesses.giveBack(attempt, count, at: clock.now())
            return later(asked(.busy, status), after: limits.retryAfter)
        }
        do {
            let found = try await opening.admit {
                try await reports.open(code: fields["c"] ?? "", pin: fields["p"] ?? "", at: clock.now()) { log($0, context) }
            }
            guard let found else { return busy() }
            guard let mailbox = found else {
                metrics.count(ReporterMetrics.Opening.refused)
                await evenOut(since: start)
                return asked(.wrong, .forbidden)
            }
            guesses.giveBack(attempt, count, at: clock.now())
            guard let secret = sessions.begin(mailbox, word: word, at: clock.now()) else {
                return asked(.ended, .forbidden)
            }
            metrics.count(ReporterMetrics.Opening.opened)
            return try await show(mailbox, secret, draft: draft, inEnglish: inEnglish, context)
        } catch SealingError.busy {
            return busy()
        } catch let error as StoreError {
            return unavailable(error, context, busy)
        }
    }
}

extension ReporterRoutes {
    /// Waits until a whole number of steps has passed, so that what was found, and written down about the attempt, does
    /// not show in the time of the answer.
    private func evenOut(since start: ContinuousClock.Instant) async {
        let step = limits.mailboxAnswerStep
        guard step > .zero else { return }
        var answered = start + step
        while answered < .now { answered += step }
        try? await Task.sleep(until: answered)
    }
}

// MARK: - An open mailbox

extension ReporterRoutes {
    /// - Parameter notice: what became of the attempt before; holds even when the rest cannot be read now.
    private func show(
        _ mailbox: MailboxSessions.Opened, _ secret: String, notice: ReporterPages.Notice? = nil, draft: String? = nil,
        status: HTTPResponse.Status = .ok, inEnglish: Bool, _ context: WebContext
    ) async throws -> Response {
        var page = ReporterPages.Mailbox(
            session: secret, form: BearerToken.make().text, content: nil, notice: notice, draft: draft)
        do {
            page.content = try await reports.content(of: mailbox)
            return pages.mailbox(page, status: status, inEnglish: inEnglish)
        } catch let error as StoreError {
            return unavailable(error, context) {
                page.notice = notice ?? .busy
                return pages.mailbox(page, status: status == .ok && notice != .sent ? $0 : status, inEnglish: inEnglish)
            }
        }
    }

    private func look(_ fields: FormFields, _ inEnglish: Bool, _ context: WebContext) async throws -> Response {
        guard let secret = fields["s"], let mailbox = sessions.find(secret, at: clock.now()) else {
            return pages.enter(notice: .ended, status: .forbidden, inEnglish: inEnglish)
        }
        return try await show(mailbox, secret, inEnglish: inEnglish, context)
    }

    /// What was written is never lost on the way: whatever goes wrong, it stands in the page that says so.
    private func send(_ fields: FormFields, _ inEnglish: Bool, _ context: WebContext) async throws -> Response {
        let now = clock.now()
        let written = fields["t"] ?? ""
        guard let secret = fields["s"], let mailbox = sessions.find(secret, at: now) else {
            metrics.count(ReporterMetrics.Message.refused)
            return pages.enter(notice: .ended, draft: Self.kept(written), status: .forbidden, inEnglish: inEnglish)
        }
        func kept(_ notice: ReporterPages.Notice, _ status: HTTPResponse.Status) async throws -> Response {
            metrics.count(notice == .failed ? ReporterMetrics.Message.failed : .refused)
            return try await show(
                mailbox, secret, notice: notice, draft: Self.kept(written), status: status, inEnglish: inEnglish, context)
        }
        guard let text = InboundText.cleaned(written), !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
            return try await kept(.empty, .ok)
        }
        guard text.unicodeScalars.count <= limits.mailboxTextScalars else { return try await kept(.long, .contentTooLarge) }
        // A second press of the same button is no second message.
        let form = TokenHash(of: fields["n"] ?? "").bytes
        guard sessions.send(form, in: secret) else {
            return try await show(mailbox, secret, notice: .sent, inEnglish: inEnglish, context)
        }
        if let wait = messages.take(mailbox.report, at: now) {
            sessions.takeBack(form, in: secret)
            return later(try await kept(.fast, .tooManyRequests), after: wait)
        }
        do {
            try await reports.add(text, to: mailbox, at: now)
        } catch let error as StoreError {
            sessions.takeBack(form, in: secret)
            log(error, context)
            return later(try await kept(.failed, Self.status(of: error)), after: limits.retryAfter)
        }
        metrics.count(ReporterMetrics.Message.stored)
        return try await show(mailbox, secret, notice: .sent, inEnglish: inEnglish, context)
    }

    /// Text that goes back into a page; nil when there is nothing to keep.
    private static func kept(_ text: String?) -> String? { text.flatMap { InboundText.cleaned($0) } }
}
