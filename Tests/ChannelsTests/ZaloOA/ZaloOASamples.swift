import Channels
import Core
import Crypto

/// Webhook bodies of the platform's shapes with values of our own, one for each event that we know.
enum ZaloOASamples {
    static let applicationID = "2718281828459045235"
    static let secretKey = "khoa-bi-mat-thu-nghiem"
    static let account = "3141592653589793238"
    static let person = "6022140760000000231"
    static let timestamp: Int64 = 1_795_500_000_123

    static let bodies: [String: String] = {
        var bodies: [String: String] = [:]
        for (name, members) in exchanges { bodies[name] = body(name, "\(fromPerson),\"message\":{\(members)}") }
        for (name, members) in answers { bodies[name] = body(name, "\(fromAccount),\"message\":{\(members)}") }
        for (name, members) in others { bodies[name] = body(name, members) }
        return bodies
    }()

    private static let fromPerson =
        "\"sender\":{\"id\":\"\(person)\"},\"recipient\":{\"id\":\"\(account)\"},\"user_id_by_app\":\"808017424794512875\""
    private static let fromAccount = "\"sender\":{\"id\":\"\(account)\"},\"recipient\":{\"id\":\"\(person)\"}"

    static func body(_ name: String, _ members: String) -> String {
        "{\"app_id\":\"\(applicationID)\",\"event_name\":\"\(name)\",\(members),\"timestamp\":\"\(timestamp)\"}"
    }

    static func text(_ text: String, id: String = "c0ffee00") -> String {
        body("user_send_text", "\(fromPerson),\"message\":{\"msg_id\":\"\(id)\",\"text\":\(text)}")
    }

    private static let exchanges: [String: String] = [
        "user_send_text": #""msg_id":"a1","text":"Cho em hỏi lớp bơi ở xã mình có không ạ?","quote_msg_id":"z9""#,
        "user_send_image":
            #""msg_id":"a2","text":"giấy khám","attachments":[{"type":"image","payload":{"url":"http://p.photo.talk.zdn.vn/x.jpg","thumbnail":"http://t.p.photo.talk.zdn.vn/x.jpg"}},{"type":"image","payload":{"url":"http://p.photo.talk.zdn.vn/y.jpg"}}]"#,
        "user_send_gif":
            #""msg_id":"a3","attachments":[{"type":"gif","payload":{"url":"https://g.zdn.vn/x.gif","thumbnail":""}}]"#,
        "user_send_audio":
            #""msg_id":"a4","attachments":[{"type":"audio","payload":{"url":"https://v.zdn.vn/x.aac"}}]"#,
        "user_send_video":
            #""msg_id":"a5","attachments":[{"type":"video","payload":{"url":"https://v.zdn.vn/x.mp4","thumbnail":"https://v.zdn.vn/x.jpg","description":""}}]"#,
        "user_send_file":
            #""msg_id":"a6","attachments":[{"type":"docx","payload":{"url":"https://f.zdn.vn/x","name":"don-dang-ky.docx","size":"20480","checksum":"00","type":"docx"}}]"#,
        "user_send_sticker": #""msg_id":"a7","attachments":[{"type":"sticker","payload":{"id":"1207"}}]"#,
        "user_send_location":
            #""msg_id":"a8","text":"","attachments":[{"type":"location","payload":{"coordinates":{"latitude":"19.9","longitude":"105.6"}}}]"#,
        "user_send_link":
            #""msg_id":"a9","text":"https://example.edu.vn/lop","attachments":[{"type":"link","payload":{"url":"https://example.edu.vn/lop","description":"Các lớp","thumbnail":""}}]"#,
        "user_send_business_card":
            #""msg_id":"b1","text":"Lê Thị Mẫu","attachments":[{"type":"link","payload":{"url":"https://zalo.me/mau","description":"{\"phone\":\"84900000009\"}"}}]"#,
        "user_reacted_message": #""msg_id":"s1","react_icon":"/-heart""#,
        "user_feedback":
            #""msg_id":"s1","rate":5,"note":"Tốt","feedbacks":[],"submit_time":"1795500000000","tracking_id":"t-1""#,
        "anonymous_send_text": #""msg_id":"b2","text":"xin chào","conversation_id":"c1""#,
        "anonymous_send_image": #""msg_id":"b3","attachments":[]"#,
        "anonymous_send_file": #""msg_id":"b4","attachments":[]"#,
        "anonymous_send_sticker": #""msg_id":"b5","attachments":[]"#,
        "user_send_group_text": #""msg_id":"b6","text":"chào nhóm""#,
        "user_call_oa": #""call_id":"b7""#,
        "user_withdraw": #""time":"1795500000000""#,
        "update_user_info": #""name":"Mẫu""#,
    ]

    private static let answers: [String: String] = [
        "oa_send_text": #""msg_id":"s1","text":"Dạ, có ba lớp ạ.""#,
        "oa_send_image": #""msg_id":"s2","attachments":[{"type":"image","payload":{"url":"https://p.zdn.vn/s.jpg"}}]"#,
        "oa_send_gif": #""msg_id":"s3","attachments":[{"type":"gif","payload":{"url":"https://p.zdn.vn/s.gif"}}]"#,
        "oa_send_list": #""msg_id":"s4","attachments":[{"type":"template","payload":{}}]"#,
        "oa_send_file": #""msg_id":"s5","attachments":[{"type":"file","payload":{"url":"https://f.zdn.vn/s"}}]"#,
        "oa_send_sticker": #""msg_id":"s6","attachments":[{"type":"sticker","payload":{"id":"3"}}]"#,
        "oa_send_template": #""msg_id":"s7","attachments":[]"#,
        "user_received_message": #""msg_id":"s1""#,
        "user_seen_message": #""msg_ids":["s1","s2"]"#,
        "oa_reacted_message": #""msg_id":"a1","react_icon":"/-strong""#,
        "oa_send_group_text": #""msg_id":"s8","text":"chào nhóm""#,
        "oa_call_user": #""call_id":"s9""#,
    ]

    private static let others: [String: String] = {
        let oa = "\"oa_id\":\"\(account)\""
        return [
            "follow": "\(oa),\"follower\":{\"id\":\"\(person)\"},\"source\":\"oa_profile\"",
            "unfollow": "\(oa),\"follower\":{\"id\":\"\(person)\"},\"source\":\"oa_profile\"",
            "user_click_response_button":
                "\(oa),\"msg_id\":\"s7\",\"message\":{\"submit_time\":\"1795499999000\",\"button_type\":\"response\",\"data\":\"Đồng ý\",\"tracking_id\":\"t-1\"}",
            "user_click_chatnow": "\(oa),\"user_id\":\"\(person)\"",
            "user_submit_info":
                "\(fromPerson),\"info\":{\"name\":\"Lê Thị Mẫu\",\"phone\":\"84900000009\",\"full_address\":{\"user_ward\":\"Xã Mẫu\"}}",
            "add_user_to_tag": "\(oa),\"tag\":{\"name\":\"Phụ huynh\",\"user_ids\":[\"\(person)\"]}",
            "remove_user_from_tag": "\(oa),\"tag\":{\"name\":\"Phụ huynh\",\"user_ids\":[\"\(person)\"]}",
            "remove_tag": "\(oa),\"tag\":{\"name\":\"Phụ huynh\"}",
            "create_group": "\(oa),\"group_id\":\"g1\"",
            "user_join_group": "\(oa),\"group_id\":\"g1\"",
            "oa_send_consent": "\(oa),\"phone\":\"84900000009\",\"request_type\":\"call\"",
            "user_reply_consent": "\(oa),\"phone\":\"84900000009\",\"user_consent\":\"ALLOW\"",
            "change_template_status":
                "\(oa),\"template_id\":\"77\",\"status\":{\"prev_status\":\"PENDING_REVIEW\",\"new_status\":\"ENABLE\"}",
            "change_template_quality": "\(oa),\"template_id\":\"77\"",
            "change_template_quota": "\(oa),\"template_id\":\"77\"",
            "change_oa_template_tags": "\(oa),\"tags\":[]",
            "change_oa_daily_quota": "\"oaId\":\"\(account)\",\"quota\":{\"prev_value\":\"500\",\"new_value\":2000}",
            "event_journey_acknowledged": "\(oa),\"token\":\"t\"",
            "event_journey_time_out": "\(oa),\"token\":\"t\"",
            "extension_purchased": "\(oa),\"extension\":\"x\"",
            "widget_interaction_accepted":
                "\(oa),\"data\":{\"user_id\":\"\(person)\",\"user_external_id\":\"e\",\"url\":\"https://example.edu.vn\"}",
            "widget_failed_to_sync_user_external_id": "\(oa),\"data\":{\"user_id\":\"\(person)\"}",
        ]
    }()

    /// The header that the platform would send with this body.
    static func signature(
        _ body: [UInt8], timestamp: String = String(ZaloOASamples.timestamp), application: String = applicationID,
        key: String = secretKey
    ) -> String {
        var hasher = SHA256()
        hasher.update(data: Array(application.utf8) + body + Array(timestamp.utf8) + Array(key.utf8))
        return "mac=" + Hexadecimal.text(hasher.finalize())
    }

    static func settings(_ options: [String: String] = [:], without secret: String? = nil) -> ChannelSettings {
        var secrets = ["app_id": applicationID, "oa_secret_key": secretKey, "app_secret": "bi-mat-ung-dung"]
        if let secret { secrets[secret] = nil }
        return ChannelSettings(id: ConnectionID("zalo"), secrets: secrets, options: options)
    }

    static let now = Instant(milliseconds: 1_795_500_001_000)

    /// The result of a request with a good signature, unless one is given.
    static func receive(
        _ body: String, signature header: String? = nil, options: [String: String] = [:]
    ) -> WebhookResult {
        receive(Array(body.utf8), signature: header, options: options)
    }

    static func receive(
        _ body: [UInt8], signature header: String? = nil, options: [String: String] = [:]
    ) -> WebhookResult {
        ZaloOAChannel(settings(options)).receive(
            WebhookRequest(
                method: "POST", path: "/webhooks/zalo", headers: ["x-zevent-signature": header ?? signature(body)],
                body: body),
            at: now)
    }
}
