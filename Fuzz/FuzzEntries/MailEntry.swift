import Channels
import Core

/// Mail: addresses as people write them, and messages with anything in every part.
enum MailEntry {
    private static let password = "mat-khau-thu-nghiem"

    static func address(_ bytes: UnsafeRawBufferPointer) {
        guard let address = MailAddress(FuzzInput(bytes).text) else { return }
        check(address)
        let written = address.name.map { $0 + " <" + address.address + ">" } ?? address.address
        promise(MailAddress(written) == address, "an address is read as it was written")
        promise(MailAddress(address.address)?.name == nil, "an address alone has no name")
    }

    private static func check(_ address: MailAddress) {
        let text = address.address
        promise(text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "an address is plain ASCII")
        promise(text.utf8.count <= 254 && text.utf8.filter { $0 == UInt8(ascii: "@") }.count == 1, "an address has two sides")
        promise(text.hasSuffix("@" + address.domain), "a domain is the right side")
        promise(!text.utf8.contains { Array("<>()[],;:\\\"!%|/`".utf8).contains($0) }, "nothing in it leads elsewhere")
        if let name = address.name {
            promise((1...MailAddress.maximumName).contains(name.unicodeScalars.count), "a name is bounded")
            promise(!name.unicodeScalars.contains(where: MailAddress.isControl), "a name is one line")
        }
    }

    /// Lines: server, sender, sender's name, recipient, longest text, title and payload of a button; then the text. Once
    /// with everything as it came, once with only the text.
    static func render(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let (server, from, name, person) = (input.line(), input.line(), input.line(), input.line())
        let (longest, title, payload) = (input.line(), input.line(), input.line())
        let text = input.text
        var message = OutboundMessage(text: text)
        var options = ["from": "Nhịp Cầu <bot@truong.example.vn>", "username": "bot"]
        check(renderer("smtps://mail.example.vn:465", options), message, to: "co.lan@truong.example.vn")
        message.buttons = [Button(title: title, payload: payload)]
        message.attachments = [Attachment(kind: .link, url: payload)]
        options["from"] = from
        options["sender_name"] = name
        options["max_characters"] = longest
        check(renderer(server, options), message, to: person)
    }

    private static func renderer(_ server: String, _ options: [String: String]) -> MailRenderer {
        MailRenderer(
            ChannelSettings(id: ConnectionID("mail"), baseURL: server, secrets: ["password": password], options: options),
            clock: FixedClock(), makeID: { _ in "id" })
    }

    private struct FixedClock: WallClock {
        func now() -> Instant { Instant(milliseconds: 1_795_500_000_123) }
    }

    private static func check(_ renderer: MailRenderer, _ message: OutboundMessage, to person: String) {
        guard case .calls(let calls) = renderer.render(message, to: person) else { return }
        promise(!calls.isEmpty, "a mail that can be written is written")
        var texts: [String] = []
        for call in calls {
            let envelope = call.envelope
            promise(
                envelope?.recipients.count == 1 && envelope?.recipients[0].isSame(as: person) == true, "a mail goes to its person alone")
            promise(envelope.flatMap { MailAddress($0.sender) } != nil, "whoever sends has an address")
            promise(call.url.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a server's address is plain")
            guard let mail = WrittenMail(call.body) else { return promise(false, "a mail is lines of ASCII, no longer than 998") }
            promise(mail.names == WrittenMail.expectedNames, "a mail has the fields that we write, and no others")
            promise(mail.fields["To"]?.isSame(as: person) == true, "it says to whom it goes")
            let subject = mail.decoded("Subject")
            promise(!subject.isEmpty && subject.unicodeScalars.count <= MailRenderer.maximumSubject + 16, "a subject is bounded")
            promise(!subject.unicodeScalars.contains(where: MailAddress.isControl), "a subject is one line")
            guard let text = mail.text else { return promise(false, "a mail's text decodes") }
            promise(text.hasSuffix("\r\n"), "a text ends its last line")
            texts.append(text)
        }
        if calls.count == 1 {
            promise(seen(texts[0]).starts(with: seen(kept(message.text))), "a text arrives as it was written")
        }
    }

    /// Without control characters, as mails are written.
    private static func kept(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0 == "\n" || $0 == "\r" || $0 == "\t" || (0x20...0x7E).contains($0.value) || $0.value >= 0xA0
                }))
    }

    /// Without white space, which may be cut off around a text.
    private static func seen(_ text: String) -> [Unicode.Scalar] { text.filter { !$0.isWhitespace }.flatMap(\.unicodeScalars) }

    /// An answer of a server.
    static func outcome(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let answer = input.answer()
        let report = MailOutcome.read(.success(answer))
        OutcomeEntry.check(report, answer)
        if let code = report.code {
            promise(code.utf8.count <= 15 && code.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a code is a short word")
        }
        guard let call = renderer("smtp://mail.example.vn", ["from": "bot@example.vn", "username": "bot"]).probe() else {
            return promise(false, "a server can be asked")
        }
        let finding = MailProbe.read(.success(answer), of: call)
        promise(!finding.text.isEmpty && !finding.text.contains(password), "a finding tells no password")
        if finding.level != .good { promise(finding.mend?.isEmpty == false, "what is wrong can be mended") }
    }
}
