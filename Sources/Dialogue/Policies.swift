package import Programmes

/// What the place that runs the bot decides: names, hours and patience.
package struct Policies: Sendable, Equatable {
    /// How the bot calls itself.
    package var botName: String
    /// Says on every safety answer that nobody reads along.
    package var isDemo: Bool
    package var provinceName: String
    /// The school's desk as people know it; nil = the replies' own words for it.
    package var deskName: String?
    /// As people dial it; nil = none is shown.
    package var deskPhone: String?
    package var deskHours: OpeningHours
    /// A form that nobody answers for so long is put away as a draft.
    package var formExpiry: Duration
    /// A draft can be taken up again for so long.
    package var draftKept: Duration
    /// After a person of the staff has written, the bot keeps out for so long.
    package var ownerPause: Duration
    package var reminders: ReminderRule
    /// Classes in one list.
    package var listLength: Int
    /// The address under which people reach the pages, without a slash at its end; nil = there are none, and reports
    /// get no code to come back with.
    package var publicURL: String?

    package init(
        botName: String = "Nhịp Cầu", isDemo: Bool = false, provinceName: String = "Thanh Hóa",
        deskName: String? = nil, deskPhone: String? = nil, deskHours: OpeningHours = .office,
        formExpiry: Duration = .seconds(30 * 60), draftKept: Duration = .seconds(24 * 3600),
        ownerPause: Duration = .seconds(30 * 60), reminders: ReminderRule = ReminderRule(), listLength: Int = 5,
        publicURL: String? = nil
    ) {
        self.botName = botName
        self.isDemo = isDemo
        self.provinceName = provinceName
        self.deskName = deskName
        self.deskPhone = deskPhone
        self.deskHours = deskHours
        self.formExpiry = formExpiry
        self.draftKept = draftKept
        self.ownerPause = ownerPause
        self.reminders = reminders
        self.listLength = listLength
        self.publicURL = publicURL
    }
}
