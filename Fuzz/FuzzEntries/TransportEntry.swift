import Channels
import Content
import Core
import Crypto
import Outbound
import Sealing
import Web

/// What stands around messages: headers, addresses, encodings, keys.
enum TransportEntry {
    /// Headers of an answer, line by line as libcurl hands them over.
    static func headers(_ bytes: UnsafeRawBufferPointer) {
        var headers = AnswerHeaders()
        var count = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            headers.take(UnsafeRawBufferPointer(rebasing: line))
            count += line.count
        }
        promise(headers.bytes == count, "all bytes are counted")
        for (name, value) in headers.fields {
            promise(!name.utf8.isEmpty && !name.utf8.contains { (0x41...0x5A).contains($0) || $0 == 0x3A }, "names are in small letters")
            promise(value.utf8.first.map { $0 > 0x20 } ?? true, "no white space before a value")
            promise(value.utf8.last.map { $0 > 0x20 } ?? true, "nor behind it")
        }
        let answer = HTTPAnswer(status: 429, headers: headers.fields)
        if let pause = RetryAfter.read(answer) { promise(pause >= .zero && pause <= RetryAfter.longest, "a pause is bounded") }
    }

    /// `Retry-After` in the first line, `Date` in the second.
    static func pause(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let (wait, date) = (input.line(), input.line())
        for headers in [["retry-after": wait], ["retry-after": wait, "date": date]] {
            let pause = RetryAfter.read(HTTPAnswer(status: 429, headers: headers))
            if let pause { promise(pause >= .zero && pause <= RetryAfter.longest, "a pause is bounded") }
        }
    }

    /// One SMTP conversation: lines that begin with `>` are ours, the others the server's.
    static func mail(_ bytes: UnsafeRawBufferPointer) {
        let call = HTTPCall(
            method: .post, url: "smtp://mail.example.vn", body: Array("Subject: a\r\n\r\nb".utf8),
            envelope: MailEnvelope(sender: "a@example.vn", recipients: ["b@example.vn"], messageID: "<1@example.vn>", credentials: nil))
        var conversation = MailConversation()
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).prefix(64) {
            if line.first == UInt8(ascii: ">") { conversation.said(Array(line.dropFirst())) } else { conversation.heard(Array(line)) }
            guard let reply = conversation.reply else { continue }
            promise((0...999).contains(reply.status), "a status has three digits")
            promise(reply.text.count <= MailConversation.maximumText, "an answer is bounded")
        }
        for (code, handedOver) in [(UInt32(0), Int64(14)), (0, 0), (28, 14), (56, 3), (67, 0)] {
            guard case .success(let answer) = conversation.outcome(code: code, handedOver: handedOver, of: call) else { continue }
            promise(answer.headers[MailEnvelope.stageHeader] != nil, "an answer says what it answers to")
            promise(conversation.reply != nil || answer.status >= 400, "without a reply there is no success")
        }
    }

    /// An address of a call, and the first sixteen bytes as a network address.
    static func address(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        if CallURL.scheme(of: text) != nil {
            promise(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && text.utf8.count <= 8_192, "what is called is plain")
            promise(text.lowercased().hasPrefix("http"), "only the web is called")
        }
        let raw = Array(bytes.prefix(16))
        let isForbidden = ForbiddenAddresses.contains(ipv6: raw)
        if raw.count == 16 {
            let four = raw.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + raw.suffix(4)
            promise(ForbiddenAddresses.contains(ipv6: mapped) == ForbiddenAddresses.contains(ipv4: four), "an address has one meaning")
            promise(isForbidden || raw[0] & 0xE0 == 0x20 || raw.starts(with: mapped.prefix(12)) || raw[0] == 0, "the rest is public")
        } else {
            promise(isForbidden, "what is no address is not called")
        }
    }

    /// Networks and, line by line, who a request comes from: network, peer, `X-Forwarded-For`.
    static func source(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let range = AddressRange(input.line())
        let peer = IPAddress(input.line())
        let forwarded = input.text
        if let range, let peer { promise(peer.bitCount <= 128 && range.contains(peer) == range.contains(peer), "addresses have bits") }
        guard let client = peer else { return }
        promise(client.prefix(client.bitCount) == client && client.prefix(0).prefix(0) == client.prefix(0), "a whole prefix is all")
        let nobody = SourceResolver(trusted: [])
        promise(nobody.source(of: client, forwardedFor: forwarded) == client, "who is not trusted cannot choose a source")
        guard let range else { return }
        let resolver = SourceResolver(trusted: [range])
        let source = resolver.source(of: client, forwardedFor: forwarded)
        promise(source == client || range.contains(client), "only trusted proxies are believed")
        promise(
            resolver.source(of: client, forwardedFor: "192.0.2.7," + forwarded) == source || range.contains(source), "a client adds nothing"
        )
    }

    /// A query, and a header about languages.
    static func query(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        let pairs = PercentCoding.pairs(ofQuery: text)
        promise(pairs.count <= 100, "pairs are bounded")
        for (name, value) in pairs { promise(name.utf8.count + value.utf8.count <= text.utf8.count, "nothing grows") }
        let encoded = PercentEncoding.encode(text)
        promise(PercentCoding.decode(Substring(encoded)).map { $0.isSame(as: text) } == true, "what is encoded is decoded as the same")
        _ = AcceptedLanguage.prefersEnglish(text)
        promise(!AcceptedLanguage.prefersEnglish("vi, " + text), "nothing is wanted more than what is wanted most")
    }

    /// Base 64 and base 16.
    static func encodings(_ bytes: UnsafeRawBufferPointer) {
        let raw = Array(bytes)
        let text = String(decoding: raw, as: UTF8.self)
        promise(Base64.decode(Base64.encode(raw)) == raw, "what is encoded is decoded as the same")
        promise(Base64.decode(Base64.encode(raw, line: 76)) == raw, "also in lines")
        if let read = Base64.decode(text) { promise(Base64.decode(Base64.encode(read)) == read, "what is read is written") }
        let digits = Channels.Hexadecimal.text(raw)
        promise(Channels.Hexadecimal.bytes(Array(digits.utf8)) == raw, "so it is in base 16")
        if let read = Channels.Hexadecimal.bytes(raw) {
            promise(Channels.Hexadecimal.text(read).isSame(as: text.lowercased()), "what is read is written")
            promise(((try? MasterKey(hexadecimal: text)) != nil) == (read.count == MasterKey.byteCount), "a key has its length")
        }
        let digest = SHA256.hash(data: raw).map { $0 }
        promise(ContentDigest.hex(of: raw).isSame(as: Channels.Hexadecimal.text(digest)), "the digest of content is SHA-256")
    }
}
