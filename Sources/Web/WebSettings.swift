package import Channels
package import Core
package import NIOCore

/// What the server needs to know, already validated.
package struct WebSettings: Sendable {
    /// An emergency number that stands on every page.
    package struct Hotline: Sendable, Equatable {
        package var number: String
        package var name: String
        package var nameInEnglish: String

        package init(number: String, name: String, nameInEnglish: String) {
            self.number = number
            self.name = name
            self.nameInEnglish = nameInEnglish
        }
    }

    package var host = "127.0.0.1"
    /// 0 = any free port.
    package var port = 8080
    /// Where `/metrics` is served when set, with `/healthz` and `/readyz`; 0 = any free port. Without it `/metrics` is
    /// served on ``port``, to this machine and to trusted proxies asking for themselves.
    package var internalPort: Int?
    /// Nil = ``host``.
    package var internalHost: String?
    /// Whose `X-Forwarded-For` is believed.
    package var trustedProxies: [AddressRange] = []
    /// How people reach us from outside, without a trailing slash. With `https` browsers are told to stay there.
    package var publicURL: String?
    /// Who answers `/webhooks/{connection}`.
    package var connections: [ConnectionID: any Channels.Channel] = [:]
    /// The connection that `/chat` speaks through; nil = there is no web chat, its routes answer 404.
    package var webChat: ConnectionID?
    /// Codes of Zalo's domain check; each is served at `/zalo_verifier<code>.html`.
    package var zaloVerifiers: [String] = []
    package var botName = "Nhịp Cầu"
    /// Whom the service is for, as it stands after "cho phụ huynh, học sinh và nhà trường ở".
    package var placeName = "Thanh Hóa"
    package var hotlines = WebSettings.nationalHotlines
    package var privacy = PrivacyNotice()
    /// Nobody reads reports: every page says so.
    package var isDemo = false
    /// What comes between the socket and HTTP on ``port``; nil = HTTP without TLS.
    package var secure: (@Sendable (any NIOCore.Channel) throws -> Void)?
    /// Signed events that are older are recorded and have no effect. Shorter than de-duplication keys are kept, so that
    /// every repetition meets either its key or this.
    package var replayWindow: Duration = .seconds(399 * 86_400)
    package var limits = WebLimits()

    package init() {}

    package static let nationalHotlines = [
        Hotline(number: "111", name: "Bảo vệ trẻ em", nameInEnglish: "Child protection"),
        Hotline(number: "113", name: "Công an", nameInEnglish: "Police"),
        Hotline(number: "115", name: "Cấp cứu", nameInEnglish: "Ambulance"),
    ]
}

/// What the privacy page cannot know by itself.
package struct PrivacyNotice: Sendable, Equatable {
    /// The organisation that answers for the data.
    package var controller: String?
    /// Where people ask: a telephone number, an address, a mailbox.
    package var contact: String?
    /// How long the text of messages is kept.
    package var messageDays: Int
    /// How long a conversation that nobody continues is remembered.
    package var conversationDays: Int

    package init(
        controller: String? = nil, contact: String? = nil, messageDays: Int = 30, conversationDays: Int = 180
    ) {
        self.controller = controller
        self.contact = contact
        self.messageDays = messageDays
        self.conversationDays = conversationDays
    }
}
