import Content
import Core
import Programmes

extension Scene {
    static var reportTimer: String { "report" }
    static var safetyTimer: String { "safety" }

    /// How long the one-time link for code and PIN works.
    private var linkLife: Duration { .seconds(24 * 3600) }
    /// Within this time the numbers are shown in their short form, unless the danger grew.
    private var cardMemory: Duration { .seconds(10 * 60) }
    /// How many of the last messages move into a case.
    private var transcriptLength: Int { 10 }
    /// Reports that one conversation may begin on request in a day; more go into the last of them.
    private var greatestRequestsADay: Int { 3 }

    // MARK: - The case

    /// The case that this conversation's messages go to; nil when there is none or the team has closed it.
    func currentCase() throws -> CaseSummary? {
        guard let report = state.report, let summary = try records.caseSummary(report.id), summary.status != .closed
        else { return nil }
        return summary
    }

    /// Opens a case about the present message. The state forgets every other report of this conversation.
    mutating func openCase(_ cause: CaseOpening.Cause, _ facts: CaseFacts, withLink: Bool) {
        let text = FoldedText(turn.event.text ?? "")
        var report = ReportState(id: makeID(), voice: voice(of: text), startedAt: now)
        report.hasTold = cause != .request && text.count >= 12
        if let old = state.report, old.day == report.day { report.requests = old.requests }
        if cause == .request { report.requests = report.requests.addingSaturating(1) }
        let token = withLink && policies.publicURL != nil ? LinkToken.make(random: &random) : nil
        changes.append(
            .openCase(
                CaseOpening(
                    id: report.id, cause: cause, facts: facts, role: claimedRole(report.voice).rawValue,
                    language: state.language, transcript: transcriptLength, linkToken: token, linkExpires: now + linkLife, openedAt: now)))
        state.report = report
        if turn.role == .parent, report.voice == .pupil { state.soundsYoung = true }
        linkToken = token
        appendFinding()
        forgetWords()
    }

    /// What triage makes of the present message, with the commune if it names exactly one.
    func facts(at least: Triage.Level) -> CaseFacts {
        guard let reading = turn.reading else { return CaseFacts(level: least) }
        let places = communes(in: reading)
        return CaseFacts(
            level: max(least, reading.triage.level), categories: Set(reading.triage.categories).sorted(),
            rules: Set(reading.triage.because.map(\.rule)).sorted(), commune: places.count == 1 ? places.first?.code : nil)
    }

    /// What somebody whose role nobody has set says they are by how they speak.
    private func claimedRole(_ voice: IntakeVoice) -> Role {
        switch voice {
        case .pupil: .pupil
        case .teacher where turn.role == .parent: .teacher
        case .teacher, .parent, .bystander: turn.role
        }
    }

    private func voice(of text: FoldedText) -> IntakeVoice {
        switch turn.role {
        case .pupil: .pupil
        case .teacher, .staff, .admin: .teacher
        case .parent:
            ChildVoice.teaches(in: text)
                ? .teacher : ChildVoice.speaks(in: text) || (state.soundsYoung == true && text.count < 6) ? .pupil : .parent
        }
    }

    /// Seals something into the case.
    /// - Parameter always: Danger is taken however much has been written.
    /// - Returns: False when the day's measure is full and nothing was taken.
    @discardableResult
    mutating func append(
        _ kind: CaseEntry.Kind, question: String? = nil, text: String, attachments: [Attachment] = [], always: Bool = false
    ) -> Bool {
        guard var report = state.report else { return false }
        let today = CivilTime(now).date.dayNumber
        if report.day != today {
            report.day = today
            report.entries = 0
            report.requests = 0
        }
        guard always || report.entries < Intake.greatestEntriesADay else {
            state.report = report
            return false
        }
        report.entries = report.entries.addingSaturating(1)
        state.report = report
        changes.append(
            .appendToCase(report.id, CaseEntry(kind: kind, question: question, text: text, attachments: attachments, at: now)))
        return true
    }

    /// The present message, in its own words.
    @discardableResult
    mutating func appendMessage(always: Bool = false) -> Bool {
        append(.message, text: turn.event.text ?? "", attachments: turn.event.attachments, always: always)
    }

    /// Which rules of triage fired, and on what.
    mutating func appendFinding() {
        guard let triage = turn.reading?.triage, !triage.because.isEmpty else { return }
        let reasons = triage.because.prefix(20).map { $0.rule + ": " + $0.text }.joined(separator: "; ")
        append(.triage, text: (triage.ask ? "ask" : triage.level.rawValue) + " · " + reasons, always: true)
    }

    /// Adds what has become known; nothing when nothing is new.
    mutating func classify(_ facts: CaseFacts) throws {
        guard let report = state.report else { return }
        if let known = try records.caseSummary(report.id)?.facts, known.joined(with: facts) == known { return }
        changes.append(.classifyCase(report.id, facts))
    }

    mutating func note(_ milestone: CaseMilestone) {
        guard let report = state.report else { return }
        changes.append(.noteCase(report.id, milestone))
    }

    /// Nothing that was said around a report stays where it could be read again on this phone.
    private mutating func forgetWords() {
        if let form = state.form ?? state.draft?.form { keepDraft(of: form) }
        state.lastReplies = []
    }

    // MARK: - Danger

    /// The numbers first, whatever else is going on; then the case; then, unless a person writes here, the questions.
    mutating func meetDanger(_ reading: Reading) throws {
        let level = reading.triage.level
        count("safety", level.rawValue)
        endSafetyQuestion()
        guard try currentCase() != nil else {
            openCase(.message, facts(at: level), withLink: !isOwned)
            showCard(level)
            return try beginIntake()
        }
        forgetWords()
        try classify(facts(at: level))
        showCard(level)
        switch state.report?.phase {
        case .asking where !isOwned, .confirming where !isOwned, .correcting where !isOwned:
            appendFinding()
            try hearAnswer()
        case .asking, .confirming, .correcting, .listening:
            appendMessage(always: true)
            appendFinding()
            try sayReport("reports.added")
        case nil:
            appendMessage(always: true)
            appendFinding()
            if state.report?.hasBegun == false { try beginIntake() } else { try sayReport("reports.added") }
        }
    }

    /// The numbers to call; within ten minutes only in short, unless the danger grew.
    mutating func showCard(_ level: Triage.Level) {
        let moment = now
        let isRecent =
            state.report.flatMap { report in
                report.cardAt.map { moment < $0 + cardMemory && (report.cardLevel ?? .s0) >= level }
            } ?? false
        let isSelfHarm = turn.reading?.triage.categories.contains("self_harm") ?? false
        say(
            isRecent ? "reports.safety_short" : "reports.safety_card",
            voiceValues.merging(["self_harm": .flag(isSelfHarm)]) { $1 }, lane: .safety, isReport: true)
        if isRecent { return }
        state.report?.cardLevel = level
        state.report?.cardAt = moment
    }

    // MARK: - On request

    /// Somebody wants to report; what they wrote before moves into the case with their last messages.
    mutating func reportOnRequest() throws {
        if state.report?.phase != nil, try currentCase() != nil { return try askIntakeAgain() }
        let requests = state.report.map { $0.day == CivilTime(now).date.dayNumber ? $0.requests : 0 } ?? 0
        if try currentCase() != nil, requests >= greatestRequestsADay || state.report?.hasBegun == false {
            forgetWords()
            appendMessage()
            return try beginIntake()
        }
        openCase(.request, facts(at: .s3), withLink: true)
        try beginIntake()
    }

    // MARK: - The end

    /// Ends the intake without a word; the case stays.
    mutating func endIntake(_ milestone: CaseMilestone?) {
        guard state.report?.phase != nil else { return }
        if let milestone { note(milestone) }
        state.report?.close()
        state.choices = []
        state.lastReplies = []
        changes.removeAll { if case .setTimer(let timer) = $0 { timer.key == Self.reportTimer } else { false } }
        changes.append(.cancelTimer(key: Self.reportTimer))
    }

    /// The intake's timer rings: whoever holds the phone now sees nothing.
    mutating func reportFellSilent() {
        guard let report = state.report, let phase = report.phase else { return }
        let due = report.lastActivity + policies.formExpiry
        if now < due {
            changes.append(.setTimer(ConversationTimer(key: Self.reportTimer, due: due, payload: "")))
            return
        }
        endIntake(phase == .listening ? nil : .reporterSilent)
    }

    // MARK: - Saying

    /// What the replies about a report may use beside the usual.
    var voiceValues: [String: ReplyValue] {
        let voice = state.report?.voice ?? (turn.role == .pupil ? .pupil : .parent)
        let isChild = voice == .pupil
        return [
            "child": .flag(isChild), "pupil": .flag(isChild), "parent": .flag(voice == .parent),
            "teacher": .flag(voice == .teacher), "bystander": .flag(voice == .bystander),
            "you": .text(word("words.you", ["child": .flag(isChild)])),
        ]
    }

    /// Says something about a report: with who can be reached, and never to be repeated.
    mutating func sayReport(_ key: String, _ values: [String: ReplyValue] = [:], buttons: [Button] = []) throws {
        let summary = try state.report.flatMap { try records.caseSummary($0.id) }
        let commune = summary?.facts.commune ?? knownCommune
        let nobody = try records.duty(commune: commune) == .nobody
        let level = max(summary?.facts.level ?? .s0, knownLevel)
        let all: [String: ReplyValue] = [
            "nobody": .flag(nobody && !policies.isDemo), "paged": .flag(!nobody && !policies.isDemo),
            "urgent": .flag(level >= .s2), "told": .flag(state.report?.hasTold ?? false),
            "home": .flag(state.report?.accused == .family),
            "card": .flag(changes.contains { if case .reply(let reply) = $0 { reply.key == "reports.safety_card" } else { false } }),
        ]
        say(
            key, voiceValues.merging(all) { $1 }.merging(values) { $1 }, buttons: buttons, isReport: true)
    }

    /// The highest level that this turn's changes give the case; the records do not have them yet.
    private var knownLevel: Triage.Level {
        changes.reduce(.s0) { level, change in
            switch change {
            case .openCase(let opening): max(level, opening.facts.level)
            case .classifyCase(_, let facts): max(level, facts.level)
            default: level
            }
        }
    }

    private var knownCommune: String? {
        changes.reduce(nil) { commune, change in
            switch change {
            case .openCase(let opening): opening.facts.commune ?? commune
            case .classifyCase(_, let facts): facts.commune ?? commune
            default: commune
            }
        }
    }
}
