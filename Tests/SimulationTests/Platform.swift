import Channels
import Core
import JSON
import Testing

/// The platforms as they see us: Zalo, Telegram and a mail server behind one network that fails as the seed wants.
final class Platform {
    /// One call that was made to us, from its beginning to what its maker heard.
    final class Meeting {
        let message: String?
        let part: Int
        let process: SimulatedProcess
        let person: String
        let isTaken: Bool
        let delay: Int64
        let result: Result<HTTPAnswer, TransportFailure>
        /// Its maker was told clearly that it has arrived.
        let isAnswered: Bool
        var heard = false
        var isOver = false

        init(
            message: String?, part: Int, process: SimulatedProcess, person: String, isTaken: Bool, delay: Int64,
            result: Result<HTTPAnswer, TransportFailure>, isAnswered: Bool
        ) {
            self.message = message
            self.part = part
            self.process = process
            self.person = person
            self.isTaken = isTaken
            self.delay = delay
            self.result = result
            self.isAnswered = isAnswered
        }
    }

    struct Arrival {
        let at: Int64
        let lane: Lane
        let process: String
        let person: String
    }

    private unowned let world: World
    /// Calls that took each part of a message, by message and part.
    private(set) var taken: [String: [Meeting]] = [:]
    /// How many parts each message has.
    private(set) var parts: [String: Int] = [:]
    /// Beginnings of sends by account.
    private(set) var arrivals: [String: [Arrival]] = [:]
    private var underWay: [String: Meeting] = [:]
    private(set) var repeated = 0
    private(set) var calls = 0
    private(set) var renewals = 0
    private var nextID = 1
    // Zalo's tokens.
    private(set) var access = "a0"
    private(set) var refresh = "r0"
    private var accessEnds = Int64.max
    private var pairs = 0

    init(world: World) { self.world = world }

    // MARK: Calls

    func meet(_ call: HTTPCall, of process: SimulatedProcess) -> Meeting {
        calls += 1
        world.machine.noteActivity()
        if call.url.hasSuffix("/v4/oa/access_token") { return renew(call, of: process) }
        let mark = call.headers.first { $0.name == WatchedChannel.mark }?.value ?? ""
        let pieces = mark.split(separator: "/")
        guard pieces.count == 3, let message = world.ledger.messages[String(pieces[0])], let part = Int(pieces[1]),
            let count = Int(pieces[2])
        else {
            world.violate("a call was made for no message that was taken: \(call.url)")
            return Meeting(
                message: nil, part: 0, process: process, person: "", isTaken: false, delay: 1, result: .failure(.connectionRefused),
                isAnswered: false)
        }
        parts[message.id] = count
        let person = world.ledger.people[message.conversation] ?? ""
        check(message, part, process)
        if message.lane == .safety, part == 0 { world.noteSafety(message, by: process) }
        arrivals[message.account, default: []].append(
            Arrival(at: world.machine.milliseconds, lane: message.lane, process: process.owner, person: person))
        let plan = plan(call, message, person)
        let meeting = Meeting(
            message: message.id, part: part, process: process, person: person, isTaken: plan.isTaken, delay: plan.delay,
            result: plan.result, isAnswered: plan.isAnswered)
        underWay[message.id] = meeting
        world.trace("call \(message.id.suffix(6)).\(part) \(message.lane) \(message.key) → \(person) \(plan.word)")
        if plan.isTaken { take(meeting, message) }
        return meeting
    }

    func end(_ meeting: Meeting, heard: Bool) {
        world.machine.noteActivity()
        meeting.isOver = true
        meeting.heard = heard
        if let message = meeting.message, underWay[message] === meeting { underWay[message] = nil }
    }

    /// What must hold whenever a call begins.
    private func check(_ message: Ledger.Message, _ part: Int, _ process: SimulatedProcess) {
        if message.state != .waiting, case .inFlight(let owner, _) = message.state, owner == process.owner {
        } else {
            world.violate("message \(message.id) was sent by a process that did not hold it: \(message.state)")
        }
        if let earlier = world.ledger.firstUnsettled(before: message) {
            world.violate("message \(message.id) was sent before \(earlier.id) of the same conversation had an outcome")
        }
        if let other = underWay[message.id], !other.process.isDead { world.violate("message \(message.id) was sent twice at once") }
        for (id, other) in underWay where id != message.id && !other.process.isDead && message.lane != .safety {
            guard let rival = world.ledger.messages[id], rival.conversation == message.conversation, rival.lane != .safety else { continue }
            world.violate("messages \(message.id) and \(id) of one conversation were in flight together")
        }
        if part > 0, taken["\(message.id)/\(part - 1)"] == nil { world.violate("part \(part) of \(message.id) went too early") }
    }

    private func take(_ meeting: Meeting, _ message: Ledger.Message) {
        let key = "\(message.id)/\(meeting.part)"
        for earlier in taken[key, default: []] where earlier.isAnswered && earlier.heard && !earlier.process.isDead {
            world.violate("message \(message.id) was sent again although its process knew that it had arrived")
        }
        if taken[key] != nil { repeated += 1 }
        taken[key, default: []].append(meeting)
        if taken[key]?.count == 1 { world.people.hear(message, person: meeting.person) }
    }

    // MARK: Answers

    private struct Plan {
        var isTaken: Bool
        var delay: Int64
        var result: Result<HTTPAnswer, TransportFailure>
        var isAnswered = false
        var word: String
    }

    private func plan(_ call: HTTPCall, _ message: Ledger.Message, _ person: String) -> Plan {
        let deadline = call.deadline.wholeMilliseconds
        let delay = world.random.within(5...120)
        if message.account.hasPrefix("zalo/"), call.headers.first(where: { $0.name == "access_token" })?.value != validAccess {
            return Plan(isTaken: false, delay: delay, result: .success(Self.zaloError(-216)), word: "token")
        }
        guard world.isFaulty, world.random.happens(world.faults.network) else { return accept(message, delay, "ok") }
        world.noteFault("network")
        let isMail = message.account.hasPrefix("mail/")
        switch isMail ? world.random.below(5) : world.random.below(13) {
        case 0: return Plan(isTaken: false, delay: deadline, result: .failure(.timeoutBeforeSent), word: "timeout before")
        case 1: return Plan(isTaken: true, delay: deadline, result: .failure(.timeoutAfterSent), word: "timeout after")
        case 2: return Plan(isTaken: false, delay: delay, result: .failure(.connectionReset(sent: false)), word: "reset before")
        case 3: return Plan(isTaken: true, delay: delay, result: .failure(.connectionReset(sent: true)), word: "reset after")
        case 4:
            let status = isMail ? 421 : world.random.pick([500, 502, 503])
            return Plan(isTaken: false, delay: delay, result: .success(HTTPAnswer(status: status)), word: "\(status)")
        case 5:
            let isTaken = world.random.happens(500)
            return Plan(isTaken: isTaken, delay: delay, result: .success(Self.answer("{\"oops\": ")), word: "not JSON, taken \(isTaken)")
        case 6: return Plan(isTaken: false, delay: delay, result: .success(HTTPAnswer(status: 429)), word: "429")
        case 7:
            let seconds = world.random.within(1...40)
            return Plan(isTaken: false, delay: delay, result: .success(Self.throttled(message, seconds)), word: "429 for \(seconds) s")
        case 8, 9: return accept(message, world.random.within(3_000...max(3_001, deadline - 1_000)), "slowly")
        case 10 where world.random.happens(300): return refuse(message, delay)
        default: return Plan(isTaken: false, delay: delay, result: .failure(.connectionRefused), word: "refused")
        }
    }

    private func accept(_ message: Ledger.Message, _ delay: Int64, _ word: String) -> Plan {
        nextID += 1
        let chat = world.ledger.people[message.conversation]?.split(separator: "/").last ?? ""
        let answer =
            switch message.account.split(separator: "/").first {
            case "zalo": Self.answer("{\"error\":0,\"message\":\"Success\",\"data\":{\"message_id\":\"z\(nextID)\"}}")
            case "telegram":
                Self.answer("{\"ok\":true,\"result\":{\"message_id\":\(nextID),\"chat\":{\"id\":\(chat),\"type\":\"private\"}}}")
            default: HTTPAnswer(status: 250, headers: [MailEnvelope.stageHeader: "message"], body: Array("250 ok".utf8))
            }
        if message.account.hasPrefix("zalo/"), world.random.happens(300) { world.people.receipt("z\(nextID)", person: String(chat)) }
        return Plan(isTaken: true, delay: delay, result: .success(answer), isAnswered: true, word: word)
    }

    private func refuse(_ message: Ledger.Message, _ delay: Int64) -> Plan {
        let answer =
            switch message.account.split(separator: "/").first {
            case "zalo": Self.zaloError(world.random.pick([-217, -213, -230, -218, -32]))
            case "telegram":
                Self.answer("{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: bot was blocked by the user\"}", status: 403)
            default: HTTPAnswer(status: 550, headers: [MailEnvelope.stageHeader: "recipient"], body: Array("550 5.1.1 no".utf8))
            }
        return Plan(isTaken: false, delay: delay, result: .success(answer), word: "no")
    }

    private static func throttled(_ message: Ledger.Message, _ seconds: Int64) -> HTTPAnswer {
        message.account.hasPrefix("telegram/")
            ? answer(
                "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests\",\"parameters\":{\"retry_after\":\(seconds)}}",
                status: 429)
            : HTTPAnswer(status: 429, headers: ["retry-after": "\(seconds)"])
    }

    private static func zaloError(_ code: Int) -> HTTPAnswer { answer("{\"error\":\(code),\"message\":\"no\"}") }

    private static func answer(_ text: String, status: Int = 200) -> HTTPAnswer { HTTPAnswer(status: status, body: Array(text.utf8)) }

    // MARK: Tokens

    private var validAccess: String? { world.machine.milliseconds < accessEnds ? access : nil }

    /// The token is no longer good, before its time.
    func spoilToken() { accessEnds = 0 }

    /// What an operator does who is told that the account has to be authorised again.
    func authoriseAgain() { makePair() }

    private func makePair() {
        pairs += 1
        access = "a\(pairs)"
        refresh = "r\(pairs)"
        accessEnds = world.machine.milliseconds + 1_800_000
    }

    /// A refresh token is good for one use, and its successor stands in the answer alone.
    private func renew(_ call: HTTPCall, of process: SimulatedProcess) -> Meeting {
        renewals += 1
        world.noteRenewal()
        let isGood = String(decoding: call.body, as: UTF8.self).contains("refresh_token=\(refresh)&")
        let draw = world.isFaulty && world.random.happens(world.faults.network * 2) ? world.random.below(4) : 9
        var result: Result<HTTPAnswer, TransportFailure> = .success(Self.zaloError(-14_014))
        if draw == 0 {
            result = .failure(.timeoutBeforeSent)
        } else if draw == 1 {
            result = .success(HTTPAnswer(status: 502))
        } else if isGood {
            makePair()
            result = .success(
                Self.answer("{\"access_token\":\"\(access)\",\"refresh_token\":\"\(refresh)\",\"expires_in\":\"1800\"}"))
            if draw == 2 {
                result = .failure(.timeoutAfterSent)
                world.tokenIsLost()
            }
        }
        world.trace("renewal \(isGood ? "good" : "spent") draw \(draw)")
        if !isGood, draw > 1 { world.tokenIsLost() }
        return Meeting(
            message: nil, part: 0, process: process, person: "", isTaken: true, delay: draw == 0 || draw == 2 ? 15_000 : 80, result: result,
            isAnswered: false)
    }
}

/// A channel of ours whose calls carry, for the platform of the simulation alone, which message they are for.
struct WatchedChannel: Channel {
    static let mark = "x-simulation"

    let base: any Channel
    let capability: Capability
    let process: SimulatedProcess
    let world: World

    var kind: ChannelKind { base.kind }
    func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult { base.receive(request, at: now) }
    func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { base.read(result) }
    func refreshCall(refreshToken: String) -> HTTPCall? { base.refreshCall(refreshToken: refreshToken) }
    func readRefresh(_ answer: HTTPAnswer) -> Result<TokenPair, TokenRefusal> { base.readRefresh(answer) }

    func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        guard case .calls(var calls) = base.render(message, to: address, token: token) else {
            return base.render(message, to: address, token: token)
        }
        let id = world.heldMessage(message, at: address, by: process) ?? "none"
        for part in calls.indices { calls[part].headers.append((name: Self.mark, value: "\(id)/\(part)/\(calls.count)")) }
        return .calls(calls)
    }
}
