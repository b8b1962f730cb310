package import Core

/// Writes messages as plain text mails, each to one person.
///
/// Options: `from` (`Name <address>`; `address` counts where it is missing), `sender_name` (shown where `from` has no
/// name), `username` (signs in together with the secret `password`), `starttls` (`false` lets an `smtp:` server do
/// without encryption, `true` demands it even of this machine), `max_characters` (longer texts become several mails).
package struct MailRenderer: Sendable {
    /// A mail longer than this is nothing that anybody reads.
    package static let maximumText = 20_000
    package static let maximumSubject = 100
    /// Shorter than the time after which another process may take the message over; servers let strangers wait.
    package static let deadline = Duration.seconds(40)

    private let baseURL: String?
    private let sender: MailAddress?
    private let senderName: String?
    private let credentials: MailEnvelope.Credentials?
    private let demandsEncryption: Bool
    private let limit: Int
    private let clock: any WallClock
    private let makeID: @Sendable (Instant) -> String

    /// - Parameters:
    ///   - clock: for the `Date` field.
    ///   - makeID: the left half of a `Message-ID`; must be different each time and not to be guessed.
    package init(
        _ settings: ChannelSettings, clock: any WallClock = SystemClock(),
        makeID: @escaping @Sendable (Instant) -> String = Self.randomID
    ) {
        baseURL = settings.baseURL.flatMap(Self.server)
        sender = (settings.options["from"] ?? settings.options["address"]).flatMap { MailAddress($0) }
        senderName = sender?.name ?? settings.options["sender_name"]
        let user = settings.options["username"] ?? ""
        let password = settings.secrets["password"] ?? ""
        credentials = user.isEmpty || password.isEmpty ? nil : MailEnvelope.Credentials(user: user, password: password)
        demandsEncryption =
            switch settings.options["starttls"] {
            case "true": true
            case "false": false
            default: baseURL.map { !Self.isThisMachine($0) } ?? true
            }
        let asked = settings.options["max_characters"].flatMap { Int($0) } ?? Self.maximumText
        limit = min(max(asked, 20), Self.maximumText)
        self.clock = clock
        self.makeID = makeID
    }

    /// One call for each mail. A text that is short enough, and nearly every text is, becomes one.
    ///
    /// Impossible: `no_server`, `no_sender` (settings), `no_recipient`, `bad_recipient`, `empty`, `bad_subject` (control
    /// characters in the first line), `bad_sender_name`.
    package func render(_ message: OutboundMessage, to person: String) -> Rendering {
        guard let baseURL else { return .impossible("no_server") }
        guard let sender else { return .impossible("no_sender") }
        guard !person.isEmpty else { return .impossible("no_recipient") }
        guard let recipient = MailAddress(person), recipient.address.utf8.elementsEqual(person.utf8) else {
            return .impossible("bad_recipient")
        }
        if let senderName,
            senderName.unicodeScalars.count > MailAddress.maximumName || senderName.unicodeScalars.contains(where: MailAddress.isControl)
        {
            return .impossible("bad_sender_name")
        }
        let parts = TextSplitter.split(Self.text(message), limit: limit, unit: .characters)
        guard let first = parts.first else { return .impossible("empty") }
        guard let subject = Self.subject(first) else { return .impossible("bad_subject") }
        return .calls(
            parts.enumerated().map { index, part in
                let number = parts.count > 1 ? " (\(index + 1)/\(parts.count))" : ""
                return call(part, subject: subject + number, baseURL, sender, recipient)
            })
    }

    /// Connects, signs in and takes leave, for checks; nil without a server or a sender.
    package func probe() -> HTTPCall? {
        guard let baseURL, let sender else { return nil }
        return HTTPCall(
            method: .post, url: baseURL + "/" + sender.domain, deadline: .seconds(20),
            envelope: MailEnvelope(
                sender: sender.address, recipients: [], credentials: credentials, demandsEncryption: demandsEncryption))
    }

    private func call(
        _ text: String, subject: String, _ baseURL: String, _ sender: MailAddress, _ recipient: MailAddress
    ) -> HTTPCall {
        let now = clock.now()
        let id = makeID(now) + "@" + sender.domain
        let message =
            MailHeader.line("From", senderName, address: sender.address)
            + MailHeader.line("To", nil, address: recipient.address) + MailHeader.line("Subject", subject)
            + "Date: \(MailDate.text(now))\r\nMessage-ID: <\(id)>\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
            // No out-of-office notes and no mailing list answers this.
            + "Auto-Submitted: auto-generated\r\n\r\n" + Base64.encode(Array(Self.lines(text).utf8), line: 76)
        return HTTPCall(
            method: .post,
            // The path is what we call ourselves: this machine's own name is nobody's business and often no full name.
            url: baseURL + "/" + sender.domain, body: Array(message.utf8), deadline: Self.deadline,
            envelope: MailEnvelope(
                sender: sender.address, recipients: [recipient.address], messageID: id, credentials: credentials,
                demandsEncryption: demandsEncryption))
    }

    // MARK: The text

    /// The text, attachments as links, and buttons that are links; other buttons would do nothing in a mail.
    private static func text(_ message: OutboundMessage) -> String {
        var lines = message.text.isEmpty ? [] : [message.text]
        lines += message.attachments.compactMap(\.url).filter(isLink)
        lines += message.buttons.filter { isLink($0.payload) }.map { "\($0.title): \($0.payload)" }
        return lines.joined(separator: "\n")
    }

    private static func isLink(_ text: String) -> Bool {
        text.utf8.starts(with: "https://".utf8) && text.utf8.count > 8 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// The first line that says something, cut; nil when it has control characters.
    private static func subject(_ text: String) -> String? {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
        guard let line = lines.first(where: { !$0.allSatisfy(\.properties.isWhitespace) }) else { return nil }
        let title = String(line).split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
        guard !title.isEmpty, !title.unicodeScalars.contains(where: MailAddress.isControl) else { return nil }
        return ButtonTitle.cut(title, limit: maximumSubject, unit: .characters)
    }

    /// Every line ended by CR LF, the last one too, and no other control characters than tabs.
    private static func lines(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where previous == "\r": break
            case 0x0A, 0x0D: scalars.append(contentsOf: "\r\n".unicodeScalars)
            case 0x09, 0x20...0x7E, 0xA0...: scalars.append(scalar)
            default: break
            }
            previous = scalar
        }
        if scalars.last != "\n" { scalars.append(contentsOf: "\r\n".unicodeScalars) }
        return String(scalars)
    }

    // MARK: The settings

    /// The server's address without anything behind the port; nil when it is none.
    private static func server(_ url: String) -> String? {
        var url = url[...]
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        guard let host = host(url), !host.isEmpty else { return nil }
        return String(url)
    }

    private static func host(_ url: Substring) -> Substring? {
        for scheme in ["smtps://", "smtp://"] where url.utf8.starts(with: scheme.utf8) {
            let rest = Substring(url.utf8.dropFirst(scheme.utf8.count))
            guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") }) else { return nil }
            if rest.utf8.first == UInt8(ascii: "[") { return rest.prefix { $0 != "]" }.dropFirst() }
            return rest.prefix { $0 != ":" }
        }
        return nil
    }

    /// Nothing that stays on this machine needs to be encrypted.
    private static func isThisMachine(_ url: String) -> Bool {
        guard let host = host(url[...]) else { return false }
        if ["localhost", "::1"].contains(host) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.first == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// 80 random bits behind the time.
    package static func randomID(_ now: Instant) -> String {
        var random = SystemRandom()
        return IdentifierSource().make(MessageID.self, at: now, random: &random).rawValue
    }
}
