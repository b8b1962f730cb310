package import Content
import Programmes

/// What flows can be handled by, by the name that `flows.yml` uses.
enum Handler: String, CaseIterable, Sendable {
    case findClasses = "classes.find"
    case showClass = "classes.detail"
    case enrol = "classes.enrol"
    case listEnrolments = "classes.mine"
    case cancelEnrolment = "classes.cancel"
    case help = "common.help"
    case human = "common.human"
    case absence = "common.absence"
    case speakVietnamese = "common.language_vi"
    case speakEnglish = "common.language_en"
    case complaint = "common.complaint"
    case report = "reports.report"
    case acknowledge = "reports.acknowledge"
    case link = "common.link"
    case sendBroadcast = "broadcasts.send"
    case stop = "broadcasts.stop"
    case start = "broadcasts.start"
    /// Commands that find nothing to command: "có" or "quay lại" outside any form.
    case nothingOpen = "common.nothing_open"

    var contract: HandlerContract {
        switch self {
        case .findClasses:
            HandlerContract(
                requiredSlots: ["topic", "commune", "time", "grade"],
                replyKeys: [
                    "classes.list", "classes.list_other_dates", "classes.list_other_communes",
                    "classes.list_other_topics", "classes.none", "classes.button_view",
                ])
        case .showClass:
            HandlerContract(requiredSlots: ["class"], replyKeys: ["classes.detail"])
        case .enrol:
            HandlerContract(
                requiredSlots: ["class", "child", "grade"],
                replyKeys: [
                    "classes.enrol.done", "classes.enrol.waiting_done", "classes.enrol.full",
                    "classes.enrol.not_waiting", "classes.enrol.cancelled", "classes.enrol.closed",
                    "classes.enrol.wrong_grade", "classes.enrol.already", "classes.reminder",
                ])
        case .listEnrolments:
            HandlerContract(replyKeys: ["classes.mine", "classes.mine_none", "classes.button_cancel"])
        case .cancelEnrolment:
            HandlerContract(
                requiredSlots: ["enrolment"],
                replyKeys: ["classes.cancel.done", "classes.cancel.gone", "classes.mine_none", "classes.promoted"])
        case .help: HandlerContract(replyKeys: ["common.help"])
        case .human:
            HandlerContract(replyKeys: ["common.human", "common.human_closed", "common.human_waiting"])
        case .absence:
            HandlerContract(
                requiredSlots: ["child", "school_class", "date", "reason"], replyKeys: ["common.absence.done"])
        case .speakVietnamese, .speakEnglish: HandlerContract(replyKeys: ["common.language_changed"])
        case .report: HandlerContract(replyKeys: ["reports.intake.opening"])
        case .acknowledge:
            HandlerContract(
                requiredSlots: ["case"], replyKeys: ["reports.acknowledged", "reports.acknowledged_before"], isPressedOnly: true)
        case .link:
            HandlerContract(
                requiredSlots: ["code", "name", "organisation"], replyKeys: ["common.link", "common.link_wrong", "common.link_done"])
        case .sendBroadcast:
            HandlerContract(
                requiredSlots: ["organisation", "to", "text"],
                replyKeys: [
                    "broadcasts.sending", "broadcasts.nobody", "broadcasts.refused", "broadcasts.too_long", "broadcasts.unknown",
                    "broadcasts.over", "broadcasts.progress", "broadcasts.command_pause", "broadcasts.command_resume",
                    "broadcasts.command_cancel", "broadcasts.audience.*", "broadcasts.reach.*", "broadcasts.outcome.*",
                    "broadcasts.status.*",
                ])
        case .complaint: HandlerContract(replyKeys: ["common.complaint"])
        case .stop: HandlerContract(replyKeys: ["broadcasts.stopped", "broadcasts.already_stopped"])
        case .start: HandlerContract(replyKeys: ["broadcasts.started"])
        case .nothingOpen: HandlerContract(replyKeys: ["common.nothing_open"])
        }
    }
}

extension Dialogue {
    /// The handler registry for ``ContentLoader/load(directory:handlers:commonReplyKeys:)``.
    package static let handlers: [String: HandlerContract] = Dictionary(
        uniqueKeysWithValues: Handler.allCases.map { ($0.rawValue, $0.contract) })

    /// Reply keys that are said outside any handler.
    package static let commonReplyKeys: [String] =
        [
            "common.automatic", "common.welcome", "common.unsure", "common.fallback", "common.fallback_again",
            "common.empty", "common.emoji", "common.sticker", "common.image", "common.voice", "common.video",
            "common.file", "common.location", "common.attachment_in_form", "common.button_old", "common.nothing_open",
            "common.not_for_role", "common.left", "common.cannot_skip", "common.back_first", "common.edit_which",
            "common.confirm_unclear", "common.form_stuck", "common.form_expired", "common.form_resumed",
            "common.draft_kept", "common.which_commune", "common.button_resume", "common.ask_time",
            "reports.safety_card", "reports.safety_short", "reports.safety_question", "reports.safety_no", "reports.support",
            "reports.heard",
            "reports.page", "reports.page_mail",
            "reports.added", "reports.noted", "reports.left", "reports.too_many", "reports.demo", "reports.button_skip",
            "reports.intake.opening", "reports.intake.empty", "reports.intake.unclear", "reports.intake.attachment",
            "reports.intake.human", "reports.intake.more", "reports.intake.not_safe", "reports.intake.confirm", "reports.intake.edit_which",
            "reports.intake.done", "reports.option.*", "reports.question.*",
            "words.date", "words.moment", "words.session", "words.span", "words.hours", "words.free", "words.money",
            "words.grade", "words.grades", "words.kindergarten", "words.you", "words.today", "words.tomorrow",
            "slot_title.*", "intent_title.*",
        ] + (1...7).map { "words.weekday_\($0)" } + IntakeQuestion.allCases.map { "reports.intake.ask_" + $0.rawValue }
}
