import Channels
import Core
import JSON

/// Webhook bodies of the platform's shapes with values of our own, one for each update that we know.
enum TelegramSamples {
    static let secretToken = "Bi_mat-thu_nghiem-0123456789"
    static let botID = "7000000001"
    static let botToken = botID + ":AAF_thu-nghiem_khong-dung-duoc_0123456"
    /// More than 32 bits hold, as real ids are.
    static let person = "4503599627370001"
    static let group = "-1002718281828"
    static let seconds: Int64 = 1_795_500_000

    static let bodies: [String: String] = {
        var bodies: [String: String] = [:]
        for (number, name) in members.keys.sorted().enumerated() {
            if let value = members[name] { bodies[name] = body(name, value, id: 880_000_100 + number) }
        }
        return bodies
    }()

    private static let user = "{\"id\":\(person),\"is_bot\":false,\"first_name\":\"Mẫu\",\"language_code\":\"vi\"}"
    static let from = "\"from\":\(user)"
    static let privateChat = "\"chat\":{\"id\":\(person),\"first_name\":\"Mẫu\",\"type\":\"private\"}"
    static let groupChat = "\"chat\":{\"id\":\(group),\"title\":\"Phụ huynh 6A\",\"type\":\"supergroup\"}"
    private static let channel = "\"chat\":{\"id\":-1003141592653,\"title\":\"Tin trường\",\"type\":\"channel\"}"

    static func body(_ name: String, _ value: String, id: Int = 880_000_001) -> String {
        "{\"update_id\":\(id),\"\(name)\":\(value)}"
    }

    /// A message in a private chat.
    static func message(_ members: String, id: Int = 41, update: Int = 880_000_001) -> String {
        body("message", "{\"message_id\":\(id),\(from),\(privateChat),\"date\":\(seconds),\(members)}", id: update)
    }

    static func text(_ text: String, id: Int = 41, update: Int = 880_000_001) -> String {
        message("\"text\":\(JSONValue(text).compactText)", id: id, update: update)
    }

    /// - Parameter buttons: title and data of those under the message, a row each.
    static func press(
        _ data: String, id: String = "5000000000000000321", buttons: [(title: String, data: String)] = []
    ) -> String {
        let rows = buttons.map { "[{\"text\":\(JSONValue($0.title).compactText),\"callback_data\":\(JSONValue($0.data).compactText)}]" }
        let keyboard = buttons.isEmpty ? "" : ",\"reply_markup\":{\"inline_keyboard\":[\(rows.joined(separator: ","))]}"
        return body(
            "callback_query",
            "{\"id\":\"\(id)\",\(from),\"message\":{\"message_id\":40,\(privateChat),\"date\":1\(keyboard)},\"chat_instance\":\"9\",\"data\":\(JSONValue(data).compactText)}"
        )
    }

    static func membership(_ status: String, chat: String = privateChat) -> String {
        body(
            "my_chat_member",
            "{\(chat),\(from),\"date\":\(seconds),\"old_chat_member\":{\"user\":{\"id\":\(botID)},\"status\":\"x\"},\"new_chat_member\":{\"user\":{\"id\":\(botID)},\"status\":\"\(status)\",\"until_date\":0}}"
        )
    }

    private static let members: [String: String] = [
        "message":
            "{\"message_id\":41,\(from),\(privateChat),\"date\":\(seconds),\"text\":\"Lớp bơi thứ 7 còn chỗ không ạ?\"}",
        "edited_message":
            "{\"message_id\":41,\(from),\(privateChat),\"date\":1795499990,\"edit_date\":\(seconds),\"text\":\"Lớp bơi chủ nhật\"}",
        "callback_query":
            "{\"id\":\"5000000000000000321\",\(from),\"message\":{\"message_id\":40,\(privateChat),\"date\":1795499000,\"text\":\"Lớp nào?\"},\"chat_instance\":\"-77\",\"data\":\"#slot:class=KNS-12\"}",
        "my_chat_member":
            "{\(privateChat),\(from),\"date\":\(seconds),\"old_chat_member\":{\"user\":{\"id\":\(botID)},\"status\":\"member\"},\"new_chat_member\":{\"user\":{\"id\":\(botID)},\"status\":\"kicked\",\"until_date\":0}}",
        "message_reaction":
            "{\(privateChat),\"message_id\":40,\"user\":\(user),\"date\":\(seconds),\"old_reaction\":[],\"new_reaction\":[{\"type\":\"emoji\",\"emoji\":\"👍\"}]}",
        "message_reaction_count": "{\(channel),\"message_id\":7,\"date\":\(seconds),\"reactions\":[]}",
        "channel_post": "{\"message_id\":7,\(channel),\"date\":\(seconds),\"text\":\"Nghỉ bão\"}",
        "edited_channel_post":
            "{\"message_id\":7,\(channel),\"date\":1795499990,\"edit_date\":\(seconds),\"text\":\"Nghỉ bão ngày mai\"}",
        "inline_query": "{\"id\":\"9\",\(from),\"query\":\"bơi\",\"offset\":\"\"}",
        "chosen_inline_result": "{\"result_id\":\"r\",\(from),\"query\":\"bơi\"}",
        "shipping_query": "{\"id\":\"9\",\(from),\"invoice_payload\":\"p\"}",
        "pre_checkout_query": "{\"id\":\"9\",\(from),\"currency\":\"VND\",\"total_amount\":1}",
        "purchased_paid_media": "{\(from),\"paid_media_payload\":\"p\"}",
        "poll": "{\"id\":\"9\",\"question\":\"?\",\"options\":[]}",
        "poll_answer": "{\"poll_id\":\"9\",\"user\":\(user),\"option_ids\":[0]}",
        "chat_member": "{\(groupChat),\(from),\"date\":\(seconds),\"new_chat_member\":{\"status\":\"left\"}}",
        "chat_join_request": "{\(groupChat),\(from),\"user_chat_id\":\(person),\"date\":\(seconds)}",
        "chat_boost": "{\(channel),\"boost\":{\"boost_id\":\"b\"}}",
        "removed_chat_boost": "{\(channel),\"boost_id\":\"b\",\"remove_date\":\(seconds)}",
        "managed_bot": "{\"user\":\(user),\"bot\":{\"id\":7000000002,\"is_bot\":true}}",
        "business_connection": "{\"id\":\"c\",\"user\":\(user),\"user_chat_id\":\(person),\"date\":\(seconds)}",
        "business_message":
            "{\"business_connection_id\":\"c\",\"message_id\":3,\(from),\(privateChat),\"date\":\(seconds),\"text\":\"chuyện riêng\"}",
        "edited_business_message":
            "{\"business_connection_id\":\"c\",\"message_id\":3,\(from),\(privateChat),\"date\":\(seconds),\"text\":\"chuyện riêng\"}",
        "deleted_business_messages": "{\"business_connection_id\":\"c\",\(privateChat),\"message_ids\":[3]}",
    ]

    static func settings(_ options: [String: String] = [:], without secret: String? = nil) -> ChannelSettings {
        var secrets = ["auth_token": botToken, "secret_token": secretToken]
        if let secret { secrets[secret] = nil }
        return ChannelSettings(id: ConnectionID("telegram"), secrets: secrets, options: options)
    }

    static let now = Instant(milliseconds: 1_795_500_001_000)

    /// The result of a request with the good secret, unless another header is given.
    static func receive(
        _ body: String, secret: String? = secretToken, settings: ChannelSettings = settings()
    ) -> WebhookResult {
        receive(Array(body.utf8), secret: secret, settings: settings)
    }

    static func receive(
        _ body: [UInt8], secret: String? = secretToken, settings: ChannelSettings = settings()
    ) -> WebhookResult {
        var headers = ["content-type": "application/json"]
        headers["x-telegram-bot-api-secret-token"] = secret
        return TelegramChannel(settings).receive(
            WebhookRequest(method: "POST", path: "/webhooks/telegram", headers: headers, body: body), at: now)
    }
}
