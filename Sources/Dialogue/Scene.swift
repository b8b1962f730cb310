import Content
import Core
import Programmes

/// One turn while it is being decided: what is known, and what has been decided so far.
struct Scene<R: Records, G: RandomSource> {
    let dialogue: Dialogue
    let turn: Turn
    let records: R
    let now: Instant
    let ids: IdentifierSource
    var random: G
    var state: ConversationState
    var changes: [Change] = []

    /// Whether the person did something that keeps a form alive.
    var isActive = false
    /// What this turn said, without safety answers.
    var said: [Reply] = []
    /// What this turn offers to choose from.
    var offered: [Button]?
    /// Something about a report was said: nothing of this turn may be repeated later.
    var saidOfReport = false
    /// The secret of the one-time link that this turn made; it is said once and kept nowhere.
    var linkToken: String?
    private let hadForm: Bool

    init(
        dialogue: Dialogue, turn: Turn, state: ConversationState, records: R, now: Instant, random: G,
        ids: IdentifierSource
    ) {
        self.dialogue = dialogue
        self.turn = turn
        self.state = state
        self.records = records
        self.now = now
        self.random = random
        self.ids = ids
        hadForm = state.form != nil
    }

    var policies: Policies { dialogue.policies }
    var flows: [String: Flow] { dialogue.catalogue.flows }
    var openFlow: Flow? { state.form.flatMap { flows[$0.intent] } }
    /// The slot that the open form asks for.
    var openSlot: Slot? {
        guard let form = state.form, form.phase == .slots else { return nil }
        return openFlow?.slots.first { $0.name == form.asking }
    }
    private var expectsYes: Bool {
        state.form.map { $0.phase == .confirm || $0.phase == .waitingList } ?? false || openSlot?.kind == .yesNo
    }
    var isOwned: Bool { state.ownedUntil.map { now < $0 } ?? false }

    mutating func play() throws {
        if let draft = state.draft, draft.keptUntil <= now { state.draft = nil }
        if openFlow == nil { state.form = nil }
        switch turn.event.kind {
        case .status, .event, .ignored: return
        case .echo:
            if turn.event.by == .staff { state.ownedUntil = now + policies.ownerPause }
            return
        case .unfollow: leaveChannel()
        case .follow: welcome()
        case .timer: try ring()
        case .message where isEdit: try hearEdit()
        case .message, .postback: try hear()
        }
        try mentionDraft()
        close()
    }

    /// Keeps the books that every turn needs: choices, the form's timer, what was said.
    private mutating func close() {
        if saidOfReport {
            state.choices = offered ?? []
            state.lastReplies = []
        } else if !said.isEmpty {
            state.choices = offered ?? []
            let size = said.reduce(0) { $0.addingSaturating($1.message.text.utf8.count) }
            state.lastReplies = size <= 6_000 ? said : []
        }
        if state.form == nil {
            if hadForm { changes.append(.cancelTimer(key: Self.formTimer)) }
        } else if isActive {
            let moment = now
            state.form?.lastActivity = moment
            changes.append(
                .setTimer(ConversationTimer(key: Self.formTimer, due: now + policies.formExpiry, payload: "")))
        }
    }

    static var formTimer: String { "form" }

    /// Whether an earlier message was changed.
    var isEdit: Bool { turn.event.name == "edited_message" }

    /// A new identifier of the kind that is asked for.
    mutating func makeID<Tag>() -> Identifier<Tag> { ids.make(at: now, random: &random) }

    mutating func count(_ metric: String, _ label: String) { changes.append(.count(metric: metric, label: label)) }

    // MARK: - Coming and going

    private mutating func welcome() {
        state.hasLeft = false
        // A refused message may have ended the subscription without our having seen anybody leave.
        if state.isSubscribed { changes.append(.subscribe(true)) }
        // Whoever only unblocked us has not said anything yet.
        if isOwned || turn.event.name == "my_chat_member" { return }
        say("common.welcome")
    }

    private mutating func leaveChannel() {
        state.hasLeft = true
        endIntake(.reporterLeft)
        putAside()
        state.mentionsDraft = false
        changes.append(.subscribe(false))
    }

    // MARK: - Hearing

    /// A message that was changed later is looked at for danger only; during an intake the team gets the new words too.
    private mutating func hearEdit() throws {
        let triage = turn.reading?.triage ?? Triage()
        if triage.level >= .s2 || (triage.ask && state.safetyAsked == nil && state.report?.phase == nil) { return try hear() }
        if state.report?.phase != nil, try currentCase() != nil { appendMessage() }
    }

    private mutating func hear() throws {
        let text = turn.event.text ?? ""
        let reading = turn.reading
        isActive = true
        // First of all: a person in danger is answered in their own language.
        if let reading { noticeLanguage(of: reading) }
        if try keepSafe(reading, payload: turn.event.payload) { return }
        if try hearIntake() { return }
        if isOwned {
            if reading?.certainty == .sure, reading?.intent?.name == "broadcasts.stop" { unsubscribe() }
            // Whoever writes here now need not be of the team that has the case.
            if reading?.triage.level == .s3, try currentCase() != nil {
                appendMessage()
                appendFinding()
            }
            isActive = false
            return
        }
        state.ownedUntil = nil
        if let payload = turn.event.payload, turn.event.kind == .postback || text.isEmpty {
            try press(payload)
        } else if text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) {
            let reading =
                reading
                ?? Reading(
                    text: text, language: state.language, ranking: [], certainty: .outOfScope, entities: [],
                    triage: Triage())
            if reading.triage.level == .s3 { return try comfort(reading) }
            try read(reading)
        } else if let attachment = turn.event.attachments.first {
            try look(at: attachment)
        } else {
            say("common.empty")
            try askAgain()
        }
    }

    /// Two texts in a row in another language that we can speak change ours; the very first text does so at once.
    private mutating func noticeLanguage(of reading: Reading) {
        guard reading.language != state.language else {
            state.languageVotes = 0
            return
        }
        let isAccented = reading.text.unicodeScalars.contains { $0.value > 0x7F && $0.properties.isAlphabetic }
        if reading.language == .vietnamese, isAccented {
            state.language = .vietnamese
            state.languageVotes = 0
            return
        }
        // Markup, links and single words are no language; danger is told in whatever words come.
        let isMeant = reading.certainty != .outOfScope || reading.triage.level >= .s3
        guard isMeant, FoldedText(reading.text).count >= 3, dialogue.catalogue.replies.variants[reading.language] != nil else { return }
        state.languageVotes = state.languageVoted == reading.language ? state.languageVotes.addingSaturating(1) : 1
        state.languageVoted = reading.language
        if state.languageVotes >= 2 || !state.hasIntroduced {
            state.language = reading.language
            state.languageVotes = 0
        }
    }

    private mutating func look(at attachment: Attachment) throws {
        let isInForm = state.form != nil
        switch attachment.kind {
        case .sticker, .gif:
            if !isInForm { say("common.sticker") }
        case .audio: say("common.voice")
        case .location: say("common.location")
        case .image: say(isInForm ? "common.attachment_in_form" : "common.image")
        case .video: say(isInForm ? "common.attachment_in_form" : "common.video")
        case .file, .link, .contact, .unknown: say(isInForm ? "common.attachment_in_form" : "common.file")
        }
        try askAgain()
    }

    mutating func read(_ reading: Reading) throws {
        let text = FoldedText(reading.text)
        if text.isEmpty {
            say("common.emoji")
            return try askAgain()
        }
        if linkCommand(in: reading.text) != nil, let flow = flows["common.link"] {
            return state.form == nil ? try begin(flow, reading: reading, text: text) : try interrupt(flow, reading: reading, text: text)
        }
        if openSlot?.kind != .text, try commandBroadcast(text, reading.text) { return }
        let command = Command(text, expectsYes: expectsYes, expectsName: openSlot?.kind == .personName)
        if let command, try obey(command, reading) { return }
        if let choice = choice(for: text) { return try press(choice.payload) }
        if state.form != nil {
            try fillIn(reading, text)
        } else if let flow = flows["classes.find"], isFollowUp(text), let form = refinedSearch(reading) {
            state.misses = 0
            for slot in flow.slots where slot.remember { state.memory[slot.name] = form.values[slot.name] }
            try perform(flow, form)
        } else {
            try route(reading, text)
        }
    }

    /// "thế Chủ nhật thì sao", "còn xã Núi Lam": too short to be understood alone.
    private func isFollowUp(_ text: FoldedText) -> Bool {
        text.count <= 8 && Phrases.followUps.contains { text.starts(with: $0) }
    }

    /// The last search with what this text changes in it; nil when nothing was searched or nothing is changed.
    private func refinedSearch(_ reading: Reading) -> Form? {
        guard !state.search.isEmpty, let flow = flows["classes.find"] else { return nil }
        var form = Form(intent: flow.intent, lastActivity: now)
        form.values = state.search
        var isChanged = false
        for slot in flow.slots {
            guard let value = entity(for: slot.kind, in: reading) else { continue }
            form.values[slot.name] = value
            isChanged = true
        }
        return isChanged ? form : nil
    }

    /// What was last offered and is now named by its number or its title.
    private func choice(for text: FoldedText) -> Button? {
        if let number = text.bareNumber, state.choices.indices.contains(number - 1) {
            if let slot = openSlot, [.grade, .count, .phone, .time, .text].contains(slot.kind) { return nil }
            return state.choices[number - 1]
        }
        return state.choices.first { !$0.title.isEmpty && Folding.folded($0.title) == text.joined }
    }

    /// Acts on an understood text outside any form, asks back when it is doubtful, and says kindly when nothing fits.
    mutating func route(_ reading: Reading, _ text: FoldedText) throws {
        switch reading.certainty {
        case .sure:
            if let name = reading.intent?.name, let flow = flows[name] {
                state.misses = 0
                return try begin(flow, reading: reading, text: text)
            }
            notUnderstood()
        case .unsure:
            // "lớp số 1" after a list, however it is read otherwise.
            if text.count <= 4, !state.focus.isEmpty, let listing = try mentionedClass(reading, text) {
                return try showClass(listing)
            }
            if soundsLikeReport(reading, text) { return try offerReport(reading, text) }
            let buttons = suggestions(for: reading, text)
            if buttons.isEmpty { return notUnderstood() }
            state.misses = 0
            count("understanding", "unsure")
            say("common.unsure", buttons: buttons)
        case .outOfScope:
            if state.subject != nil || !state.focus.isEmpty, let listing = try mentionedClass(reading, text) {
                return try showClass(listing)
            }
            if soundsLikeReport(reading, text) { return try offerReport(reading, text) }
            notUnderstood()
        }
    }

    /// Whether a report is the likeliest meaning of a text that is not understood for certain.
    private func soundsLikeReport(_ reading: Reading, _ text: FoldedText) -> Bool {
        guard let first = reading.ranking.first, Phrases.hintsAtHarm(text) else { return false }
        return flows[first.name]?.handler == Handler.report.rawValue && first.confidence >= Self.reportSuspicion
    }

    private static var reportSuspicion: Double { 0.5 }

    mutating func notUnderstood() {
        state.misses = state.misses.addingSaturating(1)
        count("understanding", "out_of_scope")
        say(state.misses >= 2 ? "common.fallback_again" : "common.fallback")
    }

    /// The likeliest intents as buttons that keep what the text already told, and the way to a person.
    mutating func suggestions(for reading: Reading, _ text: FoldedText) -> [Button] {
        var buttons: [Button] = []
        for candidate in reading.ranking.prefix(5) where buttons.count < 3 {
            guard let flow = flows[candidate.name], Command.steering[candidate.name] == nil, isAllowed(flow),
                let title = title("intent_title." + candidate.name)
            else { continue }
            var slots: [String: String] = [:]
            for slot in flow.slots {
                if let value = entity(for: slot.kind, in: reading) { slots[slot.name] = value.word }
            }
            buttons.append(Button(title: title, payload: ButtonPayload.intent(candidate.name, slots: slots).text))
        }
        if !buttons.isEmpty, buttons.count < 3, let title = title("intent_title.common.human"),
            !buttons.contains(where: { $0.payload == "#intent:common.human" })
        {
            buttons.append(Button(title: title, payload: ButtonPayload.intent("common.human", slots: [:]).text))
        }
        return buttons
    }

    func isAllowed(_ flow: Flow) -> Bool { flow.roles.map { $0.contains(turn.role) } ?? true }

    // MARK: - Buttons

    /// A pressed button. Whatever is out of date is answered, never acted on.
    mutating func press(_ payload: String) throws {
        switch ButtonPayload(payload) {
        case .intent(let name, let slots):
            guard let flow = flows[name] else { return say("common.button_old") }
            state.misses = 0
            if slots["resume"] != nil {
                if try obey(.resume, nil) { return }
                return say("common.button_old")
            }
            if let command = Command.steering[name], try obey(command, nil) { return }
            if state.form != nil, state.form?.intent != name {
                try interrupt(flow, reading: nil, text: nil, presets: slots)
            } else {
                try begin(flow, reading: nil, text: nil, presets: slots)
            }
        case .slot(let name, let value):
            if try pressLate(name, value) { return }
            guard state.form != nil else { return say("common.button_old") }
            try choose(name, value)
        case .yes: if try !obey(.yes, nil) { say("common.button_old") }
        case .no: if try !obey(.no, nil) { say("common.button_old") }
        case .skip: if try !obey(.skip, nil) { say("common.button_old") }
        case .back: if try !obey(.back, nil) { say("common.button_old") }
        case .leave: if try !obey(.leave, nil) { say("common.nothing_open") }
        case nil: say("common.button_old")
        }
    }
}

extension FoldedText {
    /// The number that the text consists of: "2", "2 ạ", "số 2".
    var bareNumber: Int? {
        let parts = bare.split(separator: " ")
        guard let last = parts.last, last.utf8.count <= 3, let number = Int(last), number > 0 else { return nil }
        return parts.count == 1 || (parts.count == 2 && ["so", "chon", "number"].contains(parts[0])) ? number : nil
    }
}
