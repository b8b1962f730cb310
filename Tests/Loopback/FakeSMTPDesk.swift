import Foundation
import Synchronization

/// What a ``FakeSMTP`` says and remembers; one for all of its connections.
final class FakeSMTPDesk: Sendable {
    struct Record {
        var mails: [ReceivedMail] = []
        var violations: [String] = []
        var verbs: [String] = []
    }

    let behaviour: FakeSMTP.Behaviour
    let reached: AsyncStream<FakeSMTP.Stage>
    private let reaching: AsyncStream<FakeSMTP.Stage>.Continuation
    private let state = Mutex(Record())

    init(_ behaviour: FakeSMTP.Behaviour) {
        self.behaviour = behaviour
        (reached, reaching) = AsyncStream.makeStream()
    }

    var record: Record { state.withLock { $0 } }

    // MARK: A connection

    func serve(_ peer: Peer) {
        var session = Session(peer: peer)
        defer { session.front?.stop() }
        if case .implicit(let certificate) = behaviour.security, !encrypt(&session, certificate) { return }
        guard reply(.greeting, "220 mail.loopback.test ESMTP", &session).goesOn else { return }
        while let line = session.peer.readLine(upTo: 4_096) {
            guard let command = check(line) else {
                if !session.peer.write("500 5.5.2 what is this\r\n") { return }
                continue
            }
            if !obey(command, &session) { return }
        }
    }

    private struct Session {
        var peer: Peer
        var front: TLSFront?
        var greeting: String?
        var user: String?
        var sender: String?
        var recipients: [String] = []
        /// After a message that was announced with SIZE, what was announced.
        var announced: Int?
    }

    private func encrypt(_ session: inout Session, _ certificate: LoopbackCertificate) -> Bool {
        guard let front = try? TLSFront(session.peer, certificate) else {
            note("TLS could not be started")
            return false
        }
        session.front = front
        session.peer = front.inner
        return true
    }

    /// The command without its line end; nil, and noted, when it is not one line of ASCII.
    private func check(_ line: [UInt8]) -> String? {
        guard line.count >= 2, line[line.count - 2] == 0x0D else {
            note("a command that does not end in CR LF")
            return nil
        }
        let command = line.dropLast(2)
        guard command.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            note("a command with bytes that do not belong there")
            return nil
        }
        if line.count > 512, !command.starts(with: Array("AUTH".utf8)) { note("a command of \(line.count) octets") }
        return String(decoding: command, as: UTF8.self)
    }

    private func obey(_ command: String, _ session: inout Session) -> Bool {
        let verb = command.prefix { $0 != " " }.uppercased()
        state.withLock { $0.verbs.append(verb) }
        let rest = String(command.dropFirst(verb.count).drop { $0 == " " })
        switch verb {
        case "EHLO": return hello(rest, &session)
        case "STARTTLS": return startTLS(&session)
        case "AUTH": return signIn(rest, &session)
        case "MAIL": return mail(rest, &session)
        case "RCPT": return recipient(rest, &session)
        case "DATA": return data(&session)
        case "NOOP": return reply(.noop, "250 2.0.0 OK", &session).goesOn
        case "QUIT":
            _ = reply(.quit, "221 2.0.0 bye", &session)
            session.peer.waitUntilClosed()
            return false
        default:
            note("a command \(verb)")
            return session.peer.write("502 5.5.1 not here\r\n")
        }
    }

    // MARK: Commands

    private func hello(_ name: String, _ session: inout Session) -> Bool {
        if !name.contains(".") || name.contains(" ") {
            note("EHLO without a full name: \(name)")
            return session.peer.write("501 5.5.4 who are you\r\n")
        }
        var lines = ["mail.loopback.test", "SIZE \(behaviour.maximumSize)", "8BITMIME"]
        let isOpen = session.front == nil
        if case .startTLS = behaviour.security, isOpen {
            lines.append("STARTTLS")
        } else if behaviour.credentials != nil, !behaviour.mechanisms.isEmpty {
            lines.append("AUTH " + behaviour.mechanisms.joined(separator: " "))
        }
        lines.append("ENHANCEDSTATUSCODES")
        let last = lines.count - 1
        let text = lines.enumerated().map { "250\($0 == last ? " " : "-")\($1)" }.joined(separator: "\r\n")
        let result = reply(.hello, text, &session)
        if result.isGood { session.greeting = name }
        return result.goesOn
    }

    private func startTLS(_ session: inout Session) -> Bool {
        guard case .startTLS(let certificate) = behaviour.security, session.front == nil else {
            note("STARTTLS that was not offered")
            return session.peer.write("503 5.5.1 not now\r\n")
        }
        let result = reply(.startTLS, "220 2.0.0 go on", &session)
        guard result.isGood, result.goesOn else { return result.goesOn }
        if session.peer.hasUnread { note("commands sent along with STARTTLS") }
        session.greeting = nil
        return encrypt(&session, certificate)
    }

    private func signIn(_ rest: String, _ session: inout Session) -> Bool {
        guard let credentials = behaviour.credentials, session.greeting != nil, session.user == nil else {
            note("AUTH that was not offered")
            return session.peer.write("503 5.5.1 not now\r\n")
        }
        if case .startTLS = behaviour.security, session.front == nil { note("a password in the clear") }
        let words = rest.split(separator: " ").map(String.init)
        let mechanism = words.first?.uppercased() ?? ""
        guard behaviour.mechanisms.contains(mechanism) else { return session.peer.write("504 5.5.4 not offered\r\n") }
        var given: (user: String, password: String)?
        switch mechanism {
        case "PLAIN":
            guard let answer = words.count > 1 ? words[1] : ask("", &session) else { return false }
            let parts = (Data(base64Encoded: answer) ?? Data()).split(separator: 0, omittingEmptySubsequences: false)
            if parts.count == 3 { given = (String(decoding: parts[1], as: UTF8.self), String(decoding: parts[2], as: UTF8.self)) }
        case "LOGIN":
            guard let user = words.count > 1 ? words[1] : ask("VXNlcm5hbWU6", &session), let password = ask("UGFzc3dvcmQ6", &session)
            else { return false }
            given = (Self.decoded(user), Self.decoded(password))
        default: break
        }
        let isRight = given.map { $0 == credentials } ?? false
        let result = reply(.signIn, isRight ? "235 2.7.0 welcome" : "535 5.7.8 wrong name or password", &session)
        if result.isGood { session.user = credentials.user }
        return result.goesOn
    }

    private func ask(_ question: String, _ session: inout Session) -> String? {
        guard session.peer.write("334 \(question)\r\n"), let line = session.peer.readLine(upTo: 4_096) else { return nil }
        return check(line)
    }

    private func mail(_ rest: String, _ session: inout Session) -> Bool {
        guard session.greeting != nil, session.sender == nil else {
            note("MAIL out of order")
            return session.peer.write("503 5.5.1 not now\r\n")
        }
        if behaviour.credentials != nil, session.user == nil {
            return reply(.sender, "530 5.7.0 sign in first", &session).goesOn
        }
        let words = rest.split(separator: " ").map(String.init)
        guard let path = words.first, let address = Self.address(path, after: "FROM:") else {
            note("MAIL \(rest)")
            return session.peer.write("501 5.1.7 no address\r\n")
        }
        for word in words.dropFirst() {
            if word.uppercased().hasPrefix("SIZE="), let size = Int(word.dropFirst(5)) {
                session.announced = size
            } else {
                note("a parameter that was not offered: \(word)")
            }
        }
        let isTooBig = (session.announced ?? 0) > behaviour.maximumSize
        let result = reply(.sender, isTooBig ? "552 5.3.4 too big" : "250 2.1.0 OK", &session)
        if result.isGood { session.sender = address }
        return result.goesOn
    }

    private func recipient(_ rest: String, _ session: inout Session) -> Bool {
        guard session.sender != nil else {
            note("RCPT out of order")
            return session.peer.write("503 5.5.1 not now\r\n")
        }
        guard let address = Self.address(rest, after: "TO:"), address.contains("@") else {
            note("RCPT \(rest)")
            return session.peer.write("501 5.1.3 no address\r\n")
        }
        let result = reply(.recipient, "250 2.1.5 OK", &session)
        if result.isGood { session.recipients.append(address) }
        return result.goesOn
    }

    private func data(_ session: inout Session) -> Bool {
        guard let sender = session.sender, !session.recipients.isEmpty else {
            note("DATA out of order")
            return session.peer.write("503 5.5.1 not now\r\n")
        }
        let announced = reply(.data, "354 go on", &session)
        guard announced.isGood, announced.goesOn else { return announced.goesOn }
        var lines: [String] = []
        var size = 0
        while true {
            guard let line = session.peer.readLine(upTo: 1 << 20) else { return false }
            if line == [0x2E, 0x0D, 0x0A] { break }
            size += line.count
            lines.append(takeLine(line))
        }
        if let announced = session.announced, size > announced + lines.count { note("more than was announced") }
        let mail = ReceivedMail(
            sender: sender, recipients: session.recipients, greeting: session.greeting ?? "", user: session.user,
            wasEncrypted: session.front != nil, lines: lines)
        for fault in mail.faults { note(fault) }
        let verdict = mail.faults.isEmpty ? "250 2.0.0 queued as 1" : "554 5.6.0 \(mail.faults.first ?? "")"
        let result = reply(.message, verdict, &session)
        if result.isGood { state.withLock { $0.mails.append(mail) } }
        session.sender = nil
        session.recipients = []
        session.announced = nil
        return result.goesOn
    }

    /// One line of a message without its end and without the dot that is doubled at its beginning.
    private func takeLine(_ line: [UInt8]) -> String {
        var content = line.dropLast()
        if content.last == 0x0D { content = content.dropLast() } else { note("a line that ends in LF alone") }
        if content.contains(0x0D) { note("a CR within a line") }
        if content.count > 999 { note("a line of \(content.count) octets") }
        if content.first == 0x2E {
            content = content.dropFirst()
            if content.first != 0x2E { note("a dot at the beginning of a line that was not doubled") }
        }
        return String(decoding: content, as: UTF8.self)
    }

    // MARK: Replies

    private struct Said {
        /// The command was accepted.
        var isGood: Bool
        var goesOn: Bool
    }

    private func reply(_ stage: FakeSMTP.Stage, _ standard: String, _ session: inout Session) -> Said {
        reaching.yield(stage)
        behaviour.holds[stage]?.wait()
        if behaviour.drops.contains(stage) { return Said(isGood: stage == .message, goesOn: false) }
        let text = behaviour.replies[stage] ?? standard
        let isWritten = session.peer.write(text + "\r\n")
        let isGood = text.hasPrefix("2") || text.hasPrefix("3")
        return Said(isGood: isGood, goesOn: isWritten && !behaviour.dropsAfter.contains(stage))
    }

    private func note(_ violation: String) { state.withLock { $0.violations.append(violation) } }

    private static func decoded(_ text: String) -> String { String(decoding: Data(base64Encoded: text) ?? Data(), as: UTF8.self) }

    private static func address(_ path: String, after word: String) -> String? {
        guard path.uppercased().hasPrefix(word) else { return nil }
        let rest = path.dropFirst(word.count)
        guard rest.first == "<", rest.last == ">" else { return nil }
        return String(rest.dropFirst().dropLast())
    }
}
