package import Core

/// One platform: how its requests are proved and read, how answers look there, what its replies mean.
///
/// Pure: an implementer holds settings and does no I/O. Each platform's folder has the same four files
/// (`Signature`, `Decoder`, `Renderer`, `Outcome`) and one type that joins them.
package protocol Channel: Sendable {
    var kind: ChannelKind { get }
    var capability: Capability { get }

    /// Verifies and decodes one request to `/webhooks/{connection}`. Never throws: whatever came, the result says
    /// what to answer and what to store. Events are stored before the answer is given.
    func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult

    /// Turns a message into what the platform takes. Several calls are sent in order, one after the other.
    ///
    /// - Parameter token: the current access token, for platforms whose tokens expire; nil where it is fixed or absent.
    func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering

    /// What the outcome of one call means.
    func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport

    /// The call that exchanges a refresh token for a new pair; nil for platforms without expiring tokens.
    func refreshCall(refreshToken: String) -> HTTPCall?

    /// The pair in a refresh answer, or why there is none.
    func readRefresh(_ answer: HTTPAnswer) -> Result<TokenPair, TokenRefusal>
}

extension Channel {
    package func refreshCall(refreshToken: String) -> HTTPCall? { nil }
    package func readRefresh(_ answer: HTTPAnswer) -> Result<TokenPair, TokenRefusal> {
        .failure(TokenRefusal(code: "unsupported"))
    }
}

/// A request as it arrived, before anything was interpreted.
package struct WebhookRequest: Sendable, Equatable {
    package var method: String
    package var path: String
    /// Percent-decoded; a repeated name keeps its first value.
    package var query: [String: String]
    /// Lower-case names.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(
        method: String, path: String, query: [String: String] = [:], headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// What the webhook answers, and what it stores first.
package struct WebhookResult: Sendable, Equatable {
    package var status: Int
    /// Text for the platform's operators; JSON for errors, plain for challenges. Never reveals a secret or digest.
    package var body: String
    package var contentType: String
    package var events: [InboundEvent]

    package init(
        status: Int, body: String = "{}", contentType: String = "application/json", events: [InboundEvent] = []
    ) {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.events = events
    }
}

/// What a channel makes of a message.
package enum Rendering: Sendable, Equatable {
    /// Calls to perform in order; a multi-part message resumes at the first part that was not accepted.
    case calls([HTTPCall])
    /// The person's client fetches the message itself (web chat, terminal).
    case pull
    /// The message cannot be sent on this channel at all, and why (stable code).
    case impossible(String)
}

/// What a platform can do, as data; with the day it was last compared with the platform's own pages.
package struct Capability: Sendable, Equatable {
    /// How a text's length is counted.
    package enum Unit: String, Sendable { case characters, utf16, bytes }

    package var maximumText: Int
    package var textUnit: Unit
    package var maximumButtons: Int
    package var maximumButtonTitle: Int
    /// How long after the person's last message free text may be sent; nil = always.
    package var window: Duration?
    package var sendsPerSecond: Double
    /// How many messages one person may be sent in the long run; short bursts pass. Nil = as many as the account may.
    package var sendsPerSecondToPerson: Double?
    /// True where the platform (not only we) sees what is written, so that nothing there is anonymous.
    package var isThirdParty: Bool
    /// `YYYY-MM-DD`.
    package var checkedOn: String

    package init(
        maximumText: Int, textUnit: Unit, maximumButtons: Int, maximumButtonTitle: Int, window: Duration?,
        sendsPerSecond: Double, sendsPerSecondToPerson: Double? = nil, isThirdParty: Bool, checkedOn: String
    ) {
        self.maximumText = maximumText
        self.textUnit = textUnit
        self.maximumButtons = maximumButtons
        self.maximumButtonTitle = maximumButtonTitle
        self.window = window
        self.sendsPerSecond = sendsPerSecond
        self.sendsPerSecondToPerson = sendsPerSecondToPerson
        self.isThirdParty = isThirdParty
        self.checkedOn = checkedOn
    }

    /// The same with the account's own rate, where the operator has agreed on one with the platform.
    ///
    /// - Parameter settings: option `sends_per_second`; without it nothing changes.
    package func with(_ settings: ChannelSettings) -> Capability {
        guard let agreed = settings.options["sends_per_second"].flatMap({ Double($0) }), agreed > 0 else { return self }
        var capability = self
        capability.sendsPerSecond = agreed
        return capability
    }
}

/// What one configured connection gives its channel.
package struct ChannelSettings: Sendable, Equatable {
    package var id: ConnectionID
    /// The platform's API; overridden in tests and behind gateways. No trailing slash.
    package var baseURL: String?
    /// Where tokens are refreshed, when that is another host.
    package var tokenURL: String?
    /// `app_id, app_secret, oa_secret_key, verify_token, secret_token, auth_token, access_token`. One that is needed
    /// and missing makes the channel refuse every request (fails closed).
    package var secrets: [String: String]
    /// `address, page_id, phone_number_id, sender_name, max_characters …`.
    package var options: [String: String]

    package init(
        id: ConnectionID, baseURL: String? = nil, tokenURL: String? = nil, secrets: [String: String] = [:],
        options: [String: String] = [:]
    ) {
        self.id = id
        self.baseURL = baseURL
        self.tokenURL = tokenURL
        self.secrets = secrets
        self.options = options
    }
}

/// A fresh pair of tokens.
package struct TokenPair: Sendable, Equatable {
    package var accessToken: String
    /// Nil when the platform keeps the old one valid.
    package var refreshToken: String?
    package var lifetime: Duration

    package init(accessToken: String, refreshToken: String?, lifetime: Duration) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.lifetime = lifetime
    }
}

/// The platform refused to refresh; a person must authorise again unless it is transient.
package struct TokenRefusal: Error, Sendable, Equatable {
    package var code: String
    package var isTransient: Bool

    package init(code: String, isTransient: Bool = false) {
        self.code = code
        self.isTransient = isTransient
    }
}
