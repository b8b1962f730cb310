import Channels
import Config
import Core
import JSON

/// One Telegram connection of the configuration, asked and set up at Telegram itself.
struct TelegramLink {
    /// What was found, for people and for programs.
    struct State {
        var connection: ConnectionID
        /// Our address; nil when Telegram could not deliver there.
        var url: String?
        var botID: String?
        var username: String?
        var isSet = false
        var webhook: TelegramWebhook.Info?
        var findings: [TelegramWebhook.Finding] = []

        var isGood: Bool { !findings.contains { $0.level == .failed } }
    }

    private let connection: Settings.Connection
    private let publicURL: String?
    private let transport: any Transport
    private let now: Instant
    private let api: TelegramAPI

    init(_ connection: Settings.Connection, publicURL: String?, transport: any Transport, now: Instant) {
        self.connection = connection
        self.publicURL = publicURL
        self.transport = transport
        self.now = now
        api = TelegramAPI(
            ChannelSettings(id: connection.id, baseURL: connection.baseURL, secrets: connection.secrets, options: connection.options))
    }

    private var command: String { "nhipcau channels connect telegram --connection \(connection.id)" }

    /// Changes nothing.
    func look() async -> State {
        var state = State(connection: connection.id)
        guard await introduce(&state) else { return state }
        findAddress(&state)
        await readBack(&state)
        return state
    }

    /// Sets the webhook when everything needed is there, and reads it back.
    func connect(connections: Int, dropsPending: Bool) async -> State {
        var state = State(connection: connection.id)
        guard await introduce(&state) else { return state }
        findAddress(&state)
        guard let url = state.url else { return state }
        let secret = connection.secrets["secret_token"] ?? ""
        switch await ask(api.setWebhook(url: url, secret: secret, connections: connections, dropsPending: dropsPending)) {
        case .success:
            state.isSet = true
            await readBack(&state)
        case .failure(let finding): state.findings.append(finding)
        }
        return state
    }

    // MARK: Steps

    /// False when there is no asking this bot anything.
    private func introduce(_ state: inout State) async -> Bool {
        switch await ask(api.whoAmI()) {
        case .success(let bot):
            state.botID = bot["id"]?.int64Value.map { "\($0)" }
            state.username = bot["username"]?.stringValue
            state.findings.append(.init(.good, "the token is the bot @\(state.username ?? "?") (\(state.botID ?? "?"))"))
            return true
        case .failure(let finding):
            state.findings.append(finding)
            return false
        }
    }

    private func findAddress(_ state: inout State) {
        do throws(TelegramWebhook.Finding) {
            state.url = try TelegramWebhook.address(publicURL: publicURL, connection: connection.id)
        } catch { state.findings.append(error) }
    }

    private func readBack(_ state: inout State) async {
        switch await ask(api.webhookInfo()) {
        case .success(let result):
            let info = TelegramWebhook.Info(result)
            state.webhook = info
            state.findings += info.findings(expected: state.url, connect: command, now: now)
        case .failure(let finding): state.findings.append(finding)
        }
    }

    private func ask(_ call: HTTPCall?) async -> Result<JSONValue, TelegramWebhook.Finding> {
        guard var call else {
            return .failure(.init(.failed, "has no token", mend: "Set auth_token to the token that @BotFather gave you."))
        }
        call.deadline = .seconds(10)
        let answer: Result<HTTPAnswer, TransportFailure>
        do throws(TransportFailure) { answer = .success(try await transport.perform(call)) } catch { answer = .failure(error) }
        return api.result(of: answer).mapError(finding)
    }

    private func finding(_ refusal: TelegramAPI.Refusal) -> TelegramWebhook.Finding {
        if let failure = refusal.failure {
            return .init(
                .failed, "Telegram could not be asked (\(failure))",
                mend: "Check that this machine reaches \(connection.baseURL ?? "https://api.telegram.org").")
        }
        let words = refusal.description ?? "an answer that is not Telegram's"
        switch refusal.report.outcome {
        case .tokenInvalid:
            return .init(
                .failed, "Telegram does not know the token (\(words))",
                mend: "Ask @BotFather for the bot's token and put it where auth_token says.")
        case .throttled, .throttledRecipient:
            let seconds = refusal.report.retryAfter.map { $0.components.seconds } ?? 5
            return .init(.failed, "Telegram asks to wait", mend: "Try again in \(seconds) seconds.")
        case .transient, .ambiguous:
            return .init(.failed, "Telegram did not answer properly (\(words))", mend: "Try again in a minute.")
        default:
            return .init(
                .failed, "Telegram refuses: \(words)", mend: "Check server.public_url and base_url; see docs/channels/telegram.md.")
        }
    }
}

extension TelegramLink.State {
    /// `{"connection","kind","url","set","bot":{"id","username"},"webhook":{…}|null,"findings":[{"result","finding","mend"}]}`.
    var json: JSONValue {
        [
            "connection": .string(connection.rawValue), "kind": .string(ChannelKind.telegram.rawValue), "url": JSONValue(url),
            "set": .bool(isSet), "bot": botID == nil ? .null : ["id": JSONValue(botID), "username": JSONValue(username)],
            "webhook": webhook.map(Self.json) ?? .null,
            "findings": .array(
                findings.map { ["result": .string($0.level.rawValue), "finding": .string($0.text), "mend": JSONValue($0.mend)] }),
        ]
    }

    private static func json(_ info: TelegramWebhook.Info) -> JSONValue {
        [
            "url": .string(info.url), "pending_update_count": JSONValue(info.pending),
            "max_connections": info.connections.map { JSONValue($0) } ?? .null,
            "allowed_updates": info.updates.map { .array($0.map(JSONValue.string)) } ?? .null,
            "last_error_at": JSONValue(info.lastErrorAt?.iso8601UTC), "last_error_message": JSONValue(info.lastError),
        ]
    }
}
