package import Core

/// How an event of Zalo OA is read, by its name.
package enum ZaloOAEventShape: Sendable, Equatable {
    /// A person wrote or sent something; the kind of what is attached.
    case message(Attachment.Kind)
    /// Something that went out, by us or by staff at the console.
    case echo
    /// The phone of a person has the message, or the person has opened it.
    case receipt(DeliveryStatus)
    case follow
    case unfollow
    /// A quick-reply button under a template was pressed; names the message and no person.
    case templatePress
    /// A reaction to one message.
    case reaction
    /// Recorded and counted, nothing else.
    case recorded

    /// The events that we know, by the platform's names.
    package static let known: [String: ZaloOAEventShape] = [
        "user_send_text": .message(.unknown),
        "user_send_image": .message(.image),
        "user_send_gif": .message(.gif),
        "user_send_audio": .message(.audio),
        "user_send_video": .message(.video),
        "user_send_file": .message(.file),
        "user_send_sticker": .message(.sticker),
        "user_send_location": .message(.location),
        "user_send_link": .message(.link),
        "user_send_business_card": .message(.contact),
        "oa_send_text": .echo,
        "oa_send_image": .echo,
        "oa_send_gif": .echo,
        "oa_send_list": .echo,
        "oa_send_file": .echo,
        "oa_send_sticker": .echo,
        "oa_send_template": .echo,
        "user_received_message": .receipt(.delivered),
        "user_seen_message": .receipt(.read),
        "user_reacted_message": .reaction,
        "oa_reacted_message": .reaction,
        "follow": .follow,
        "unfollow": .unfollow,
        "user_click_response_button": .templatePress,
        "user_click_chatnow": .recorded,
        "user_submit_info": .recorded,
        "user_feedback": .recorded,
        "user_withdraw": .recorded,
        "update_user_info": .recorded,
        "add_user_to_tag": .recorded,
        "remove_user_from_tag": .recorded,
        "remove_tag": .recorded,
        // Visitors without a Zalo account and groups are answered through other calls than ours.
        "anonymous_send_text": .recorded,
        "anonymous_send_image": .recorded,
        "anonymous_send_file": .recorded,
        "anonymous_send_sticker": .recorded,
        "user_send_group_text": .recorded,
        "oa_send_group_text": .recorded,
        "create_group": .recorded,
        "user_join_group": .recorded,
        "oa_send_consent": .recorded,
        "user_reply_consent": .recorded,
        "user_call_oa": .recorded,
        "oa_call_user": .recorded,
        "change_template_status": .recorded,
        "change_template_quality": .recorded,
        "change_template_quota": .recorded,
        "change_oa_template_tags": .recorded,
        "change_oa_daily_quota": .recorded,
        "event_journey_acknowledged": .recorded,
        "event_journey_time_out": .recorded,
        "extension_purchased": .recorded,
        "widget_interaction_accepted": .recorded,
        "widget_failed_to_sync_user_external_id": .recorded,
    ]

    /// Nil for events that we do not know.
    package init?(name: String) {
        if let shape = Self.known[name] {
            self = shape
        } else if name.utf8.starts(with: "oa_send_".utf8) {
            // Whatever else goes out must never be taken for something that came in.
            let isOrdinary = !["oa_send_anonymous", "oa_send_group"].contains { name.utf8.starts(with: $0.utf8) }
            self = isOrdinary ? .echo : .recorded
        } else {
            return nil
        }
    }
}
