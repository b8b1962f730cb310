import Channels
import Core
import Crypto

/// The people on the platforms: what they write, what they do when they hear, and what must have come of it.
final class People {
    enum Part {
        /// Asks things that have one answer each.
        case chatter
        /// Enrols a child in a class, perhaps gives the place back.
        case family(classCode: String, cancels: Bool)
        /// Tells of violence, and answers some of the questions.
        case reporter(answers: Int)
        /// Wants no more news.
        case stopper
        /// Is on duty and may send to everybody.
        case staff
    }

    final class Person {
        let name: String
        let isZalo: Bool
        let part: Part
        var key: String { "\(isZalo ? "zalo" : "telegram")/\(name)" }
        /// Questions asked, each of which has exactly one answer.
        var questions = 0
        var presses = 0
        var answers = 0
        var hasEnrolled = false
        var hasCancelled = false
        var isCancelling = false
        var hasReported = false
        var hasStopped = false

        init(name: String, isZalo: Bool, part: Part) {
            self.name = name
            self.isZalo = isZalo
            self.part = part
        }
    }

    private unowned let world: World
    private(set) var everybody: [Person] = []
    private var byKey: [String: Person] = [:]
    private var said = 0
    /// Webhooks that we have not yet confirmed.
    private(set) var unconfirmed = 0
    /// Keys of events that we have confirmed, in the order of that.
    private(set) var confirmed: [String] = []
    /// Of those, questions by event key.
    private(set) var questions: Set<String> = []
    private(set) var deliveries = 0

    private static let sayings = ["học phí bao nhiêu", "bạn là ai", "giáo viên là ai", "cảm ơn", "xin chào"]
    private static let dangers = ["em không muốn sống nữa", "con tôi bị đánh hội đồng ở cổng trường"]
    private static let answers = ["em an toàn", "không", "các bạn hay chặn đường", "hôm qua", "trong lớp", "bỏ qua", "thoát"]

    init(world: World) { self.world = world }

    // MARK: Beginning

    func begin(count: Int) {
        for number in 0..<count {
            let draw = world.random.below(10)
            let part: Part =
                switch draw {
                case 0...3: .family(classCode: draw == 0 ? "KNS-2" : "KNS-1", cancels: world.random.happens(350))
                case 4, 5: .reporter(answers: world.random.below(6))
                case 6: .stopper
                default: .chatter
                }
            add(Person(name: World.name(number), isZalo: number % 2 == 0, part: part))
        }
        add(Person(name: "900", isZalo: true, part: .staff))
        add(Person(name: "901", isZalo: false, part: .staff))
        for person in everybody { plan(person) }
    }

    private func add(_ person: Person) {
        everybody.append(person)
        byKey[person.key] = person
    }

    private func plan(_ person: Person) {
        let machine = world.machine
        let first = world.random.within(500...world.length / 2)
        switch person.part {
        case .chatter:
            for _ in 0..<(1 + world.random.below(5)) {
                machine.schedule(in: world.random.within(500...world.length)) { self.ask(person) }
            }
        case .family(let code, _):
            machine.schedule(in: first) {
                self.press(person, "#intent:classes.enrol?class=\(code)&child=B%C3%A9%20An&grade=3")
            }
        case .reporter:
            machine.schedule(in: first) { self.say(person, self.world.random.pick(Self.dangers)) }
        case .stopper:
            machine.schedule(in: world.random.within(500...world.length)) { self.say(person, "ngừng nhận tin") }
        case .staff:
            if person.isZalo, world.hasBroadcast {
                machine.schedule(in: first) { self.press(person, "#intent:broadcasts.send?to=parent") }
            }
        }
    }

    private func ask(_ person: Person) {
        person.questions += 1
        say(person, world.random.pick(Self.sayings), isQuestion: true)
    }

    // MARK: Hearing

    /// What a person does about a message that has come.
    func hear(_ message: Ledger.Message, person key: String) {
        guard let person = byKey[key] else { return }
        let pause = world.random.within(900...15_000)
        let react = { (action: @escaping () -> Void) in self.world.machine.schedule(in: pause, action) }
        switch person.part {
        case .family(_, let cancels):
            switch message.key {
            case "classes.enrol.confirm", "classes.enrol.full", "classes.cancel.confirm": react { self.press(person, "#yes") }
            case "classes.enrol.done", "classes.enrol.waiting_done":
                person.hasEnrolled = true
                if cancels, !person.isCancelling {
                    person.isCancelling = true
                    react { self.press(person, "#intent:classes.cancel") }
                }
            case "classes.cancel.done": person.hasCancelled = true
            default: break
            }
        case .reporter(let answers):
            guard message.key.hasPrefix("reports.intake.ask"), person.answers < answers else { return }
            person.answers += 1
            let text = Self.answers[min(person.answers - 1, Self.answers.count - 1)]
            react { self.say(person, text) }
        case .stopper: if message.key == "broadcasts.stopped" { person.hasStopped = true }
        case .staff:
            switch message.key {
            case "reports.page":
                guard let id = world.caseOf(message) else { return }
                if world.random.happens(700) { react { self.press(person, "#intent:reports.acknowledge?case=\(id)") } }
            case "broadcasts.send.ask_organisation":
                guard let payload = world.content(of: message)?.buttons.first?.payload else { return }
                react { self.press(person, payload) }
            case "broadcasts.send.ask_text": react { self.say(person, "Mai các cháu nghỉ học, thứ bảy học bù.") }
            case "broadcasts.send.confirm": react { self.press(person, "#yes") }
            default: break
            }
        case .chatter: break
        }
    }

    // MARK: Saying

    private func say(_ person: Person, _ text: String, isQuestion: Bool = false) {
        if case .reporter = person.part, Self.dangers.contains(text) { person.hasReported = true }
        send(person, text: text, payload: nil, isQuestion: isQuestion)
    }

    private func press(_ person: Person, _ payload: String) {
        if payload == "#yes" { person.presses += 1 }
        send(person, text: nil, payload: payload)
    }

    private func send(_ person: Person, text: String?, payload: String?, isQuestion: Bool = false) {
        said += 1
        let time = world.machine.milliseconds
        world.trace("\(person.key) says \(text ?? payload ?? "")")
        let request: WebhookRequest
        if person.isZalo {
            let body =
                "{\"app_id\":\"app\",\"event_name\":\"user_send_text\",\"sender\":{\"id\":\"\(person.name)\"},"
                + "\"recipient\":{\"id\":\"oa1\"},\"timestamp\":\"\(time)\",\"message\":{\"msg_id\":\"m\(said)\",\"text\":\"\(text ?? payload ?? "")\"}}"
            request = Self.zaloRequest(body, time)
        } else {
            let from = "{\"id\":\(person.name),\"is_bot\":false,\"first_name\":\"A\"}"
            let chat = "{\"id\":\(person.name),\"type\":\"private\",\"first_name\":\"A\"}"
            let content =
                if let payload {
                    "\"callback_query\":{\"id\":\"c\(said)\",\"from\":\(from),\"data\":\"\(payload)\",\"message\":{\"message_id\":\(said),"
                        + "\"date\":\(time / 1000),\"chat\":\(chat)}}"
                } else {
                    "\"message\":{\"message_id\":\(100_000 + said),\"from\":\(from),\"chat\":\(chat),\"date\":\(time / 1000),"
                        + "\"text\":\"\(text ?? "")\"}"
                }
            request = WebhookRequest(
                method: "POST", path: "/webhooks/telegram", headers: ["x-telegram-bot-api-secret-token": "s"],
                body: Array("{\"update_id\":\(said),\(content)}".utf8))
        }
        deliver(request, to: person.isZalo ? Stage.zalo : Stage.telegram, isQuestion: isQuestion)
    }

    /// Several messages were seen at once.
    func receipt(_ id: String, person: String) {
        let time = world.machine.milliseconds
        let body =
            "{\"app_id\":\"app\",\"event_name\":\"user_seen_message\",\"sender\":{\"id\":\"oa1\"},\"recipient\":{\"id\":\"\(person)\"},"
            + "\"timestamp\":\"\(time)\",\"message\":{\"msg_ids\":[\"\(id)\",\"other\(id)\"]}}"
        deliver(Self.zaloRequest(body, time), to: Stage.zalo, isQuestion: false)
    }

    private static func zaloRequest(_ body: String, _ time: Int64) -> WebhookRequest {
        let digest = SHA256.hash(data: Array("app\(body)\(time)key".utf8)).map { byte in
            let digits = Array("0123456789abcdef")
            return "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
        return WebhookRequest(
            method: "POST", path: "/webhooks/zalo", headers: ["x-zevent-signature": "mac=\(digest)"], body: Array(body.utf8))
    }

    // MARK: Webhooks

    /// Until it is confirmed; sometimes late, sometimes again although it was.
    private func deliver(_ request: WebhookRequest, to connection: ConnectionID, isQuestion: Bool) {
        unconfirmed += 1
        var delay = world.random.within(5...400)
        if world.isFaulty, world.random.happens(world.faults.webhooks) {
            world.noteFault("webhook late")
            delay = world.random.within(1_000...90_000)
        }
        world.machine.schedule(in: delay) { self.attempt(request, connection, isQuestion) }
        if world.isFaulty, world.random.happens(world.faults.webhooks) {
            world.noteFault("webhook doubled")
            world.machine.schedule(in: world.random.within(5...120_000)) { self.hand(request, connection) { _, _ in } }
        }
    }

    private func attempt(_ request: WebhookRequest, _ connection: ConnectionID, _ isQuestion: Bool) {
        hand(request, connection) { [self] status, events in
            let isLost = status == 200 && world.isFaulty && world.random.happens(world.faults.webhooks)
            if status == 200 {
                for event in events {
                    let key = "\(connection)/\(event.deduplicationKey)"
                    if !confirmed.contains(key) { confirmed.append(key) }
                    if isQuestion { questions.insert(key) }
                }
            }
            if status == 200, !isLost {
                unconfirmed -= 1
            } else {
                world.noteFault("webhook refused")
                world.machine.schedule(in: world.random.within(1_000...20_000)) { self.attempt(request, connection, isQuestion) }
            }
        }
    }

    private func hand(
        _ request: WebhookRequest, _ connection: ConnectionID, _ then: @escaping (Int?, [InboundEvent]) -> Void
    ) {
        deliveries += 1
        world.machine.noteActivity()
        guard let process = world.anyProcess() else { return then(nil, []) }
        let result = world.door(connection).receive(request, at: world.machine.now())
        if result.status != 200 { world.violate("a webhook was refused: \(result.status) \(result.body)") }
        let answer = Handed(events: result.events, then: then)
        process.receive(result.events, on: connection, channel: world.door(connection).kind) { answer.end($0) }
    }

    /// What follows, once.
    private final class Handed: @unchecked Sendable {
        // Unchecked because only the one thread of the run touches it.
        let events: [InboundEvent]
        private let then: (Int?, [InboundEvent]) -> Void

        init(events: [InboundEvent], then: @escaping (Int?, [InboundEvent]) -> Void) {
            self.events = events
            self.then = then
        }

        func end(_ status: Int?) { then(status, events) }
    }
}
