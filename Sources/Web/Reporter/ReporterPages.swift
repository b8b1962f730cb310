import Core
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Mustache
import NIOCore
import Programmes
import Sealing

/// Renders the reporters' pages. Each is made for one answer and kept nowhere.
struct ReporterPages: Sendable {
    /// What a page says about the attempt before it.
    enum Notice: Sendable, Equatable {
        case wrong, busy, ended, unreadable
        case limited(minutes: Int)
        case sent, empty, long, failed, fast
    }

    /// One message as the reporter sees it.
    struct Line: Sendable, Equatable {
        /// Written by the reporter, not by the team.
        var isOwn: Bool
        var text: String
        var at: Instant
    }

    /// What an open mailbox shows.
    struct Mailbox: Sendable {
        /// The secret of the session, for the forms of the page.
        var session: String
        /// The id of the form that sends a message.
        var form: String
        /// Nil when it cannot be read now.
        var content: Content?
        var notice: Notice?
        /// Text that was not sent.
        var draft: String?
    }

    /// How the report stands, and what was written about it, oldest first.
    struct Content: Sendable, Equatable {
        var status: CaseSummary.Status
        var lines: [Line]
    }

    private let offerTemplate: MustacheTemplate
    private let receiptTemplate: MustacheTemplate
    private let goneTemplate: MustacheTemplate
    private let enterTemplate: MustacheTemplate
    private let mailboxTemplate: MustacheTemplate
    private let bot: String
    private let isDemo: Bool
    private let hotlines: [WebSettings.Hotline]
    private let idleSeconds: Int64
    private let policy = PagePolicy.page(
        styles: [ReporterStyle.text], scripts: [ReporterScript.text], sendsForms: true)
    /// Where who leaves goes: a page that has nothing to do with reports.
    let exit: String

    /// - Throws: when a template is broken, which is a mistake in the program.
    init(settings: WebSettings) throws {
        offerTemplate = try MustacheTemplate(string: ReporterTemplates.offer)
        receiptTemplate = try MustacheTemplate(string: ReporterTemplates.receipt)
        goneTemplate = try MustacheTemplate(string: ReporterTemplates.gone)
        enterTemplate = try MustacheTemplate(string: ReporterTemplates.enter)
        mailboxTemplate = try MustacheTemplate(string: ReporterTemplates.mailbox)
        bot = settings.botName
        isDemo = settings.isDemo
        hotlines = settings.hotlines
        idleSeconds = settings.limits.mailboxIdle.components.seconds
        exit = settings.webChat == nil ? "/" : "/chat"
    }

    // MARK: Pages

    /// Behind a link that still works.
    func offer(word: String, notice: Notice? = nil, status: HTTPResponse.Status = .ok, inEnglish: Bool) -> Response {
        var values = values(inEnglish)
        values["word"] = word
        values["busy"] = notice == .busy
        values["canSwitch"] = true
        return response(offerTemplate, values, status: status)
    }

    /// Code and PIN. The only page that ever shows them.
    func receipt(code: String, pin: String, word: String, address: String, inEnglish: Bool) -> Response {
        var values = values(inEnglish)
        values["receiptCode"] = code
        values["word"] = word
        // In groups of three; what is copied has no gap.
        let digits = Array(pin)
        values["receiptPIN"] = stride(from: 0, to: digits.count, by: 3).map { start in
            String(digits[start..<min(start + 3, digits.count)])
        }
        values["address"] = address
        return response(receiptTemplate, values)
    }

    /// Behind any link that does not work: used, expired, or never made.
    func gone(inEnglish: Bool) -> Response {
        var values = values(inEnglish)
        values["canSwitch"] = true
        return response(goneTemplate, values, status: .notFound)
    }

    /// Asks for code and PIN.
    ///
    /// - Parameter draft: what was written in a mailbox that has closed meanwhile.
    func enter(
        notice: Notice? = nil, draft: String? = nil, status: HTTPResponse.Status = .ok, inEnglish: Bool
    ) -> Response {
        var values = values(inEnglish)
        values["notice"] = notice.map { self.values(of: $0, inEnglish) }
        values["word"] = BearerToken.make().text
        values["draft"] = draft
        values["canSwitch"] = draft == nil
        return response(enterTemplate, values, status: status)
    }

    func mailbox(_ mailbox: Mailbox, status: HTTPResponse.Status = .ok, inEnglish: Bool) -> Response {
        var values = values(inEnglish)
        let texts = ReporterTexts.all(inEnglish: inEnglish)
        values["session"] = mailbox.session
        values["form"] = mailbox.form
        // In a demonstration nothing was passed on to anybody.
        values["status"] = isDemo ? nil : mailbox.content.flatMap { texts[Self.key(of: $0)] }
        values["isOpen"] = mailbox.content?.status != .closed
        values["notice"] = mailbox.notice.map { self.values(of: $0, inEnglish) }
        values["draft"] = mailbox.draft
        let lines = mailbox.content?.lines ?? []
        values["isEmpty"] = mailbox.content != nil && lines.isEmpty && !isDemo
        values["hasMessages"] = !lines.isEmpty
        values["messages"] = lines.map { line -> [String: Any] in
            [
                "kind": line.isOwn ? "own" : "team", "isOwn": line.isOwn, "text": line.text,
                "who": texts[line.isOwn ? "own" : "team"] ?? "", "time": Self.time(line.at, inEnglish: inEnglish),
                "machineTime": line.at.iso8601InVietnam,
            ]
        }
        return response(mailboxTemplate, values, status: status)
    }

    /// To the harmless page; the browser forgets what it kept of this site.
    func left() -> Response {
        var headers: HTTPFields = [.location: exit]
        if let clear = HTTPField.Name("Clear-Site-Data") { headers[clear] = "\"cache\", \"storage\"" }
        return Response(status: .seeOther, headers: decorated(headers))
    }

    // MARK: Values

    private func values(_ inEnglish: Bool) -> [String: Any] {
        var values: [String: Any] = ReporterTexts.all(inEnglish: inEnglish)
        values["bot"] = bot
        values["mark"] = BridgeMark.small
        values["icon"] = BridgeMark.icon
        values["style"] = ReporterStyle.text
        values["script"] = ReporterScript.text
        values["isDemo"] = isDemo
        values["exit"] = exit
        values["idle"] = String(idleSeconds)
        values["hotlines"] = hotlines.map { hotline -> [String: String] in
            let both = hotline.values
            return ["number": hotline.number, "name": both[inEnglish ? "english" : "name"] ?? ""]
        }
        return values
    }

    private func values(of notice: Notice, _ inEnglish: Bool) -> [String: Any] {
        let texts = ReporterTexts.all(inEnglish: inEnglish)
        let key = notice == .sent && isDemo ? "noticeSentDemo" : Self.key(of: notice)
        var values: [String: Any] = ["text": texts[key] ?? "", "bad": notice != .sent]
        if case .limited(let minutes) = notice {
            values["minutes"] = String(minutes)
            values["help"] = texts["noticeLimitedHelp"]
        }
        return values
    }

    private static func key(of notice: Notice) -> String {
        switch notice {
        case .wrong: "noticeWrong"
        case .busy: "noticeBusy"
        case .ended: "noticeEnded"
        case .unreadable: "noticeUnreadable"
        case .limited: "noticeLimited"
        case .sent: "noticeSent"
        case .empty: "noticeEmpty"
        case .long: "noticeLong"
        case .failed: "noticeFailed"
        case .fast: "noticeFast"
        }
    }

    private static func key(of content: Content) -> String {
        switch content.status {
        // Whoever has answered has taken it, whatever the list says.
        case .new: content.lines.contains { !$0.isOwn } ? "statusAcknowledged" : "statusNew"
        case .acknowledged: "statusAcknowledged"
        case .assigned: "statusAssigned"
        case .closed: "statusClosed"
        }
    }

    /// `14:05, 24/11/2026` or `14:05, 24 November 2026` in Viet Nam.
    static func time(_ instant: Instant, inEnglish: Bool) -> String {
        let time = CivilTime(instant)
        let (year, month, day) = time.date.components
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(time.hour)):\(two(time.minute))"
        guard inEnglish, months.indices.contains(month - 1) else { return "\(clock), \(two(day))/\(two(month))/\(year)" }
        return "\(clock), \(day) \(months[month - 1]) \(year)"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    // MARK: Answers

    private func response(_ template: MustacheTemplate, _ values: [String: Any], status: HTTPResponse.Status = .ok)
        -> Response
    {
        let headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy]
        return Response(
            status: status, headers: decorated(headers),
            body: ResponseBody(byteBuffer: ByteBuffer(string: template.render(values))))
    }

    private func decorated(_ headers: HTTPFields) -> HTTPFields {
        var headers = headers
        headers[.cacheControl] = "no-store"
        if let referrer = HTTPField.Name("Referrer-Policy") { headers[referrer] = "no-referrer" }
        if let robots = HTTPField.Name("X-Robots-Tag") { headers[robots] = "noindex, nofollow, noarchive" }
        return headers
    }
}
