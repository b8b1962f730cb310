/// How an update of Telegram is read, by the name of the member that carries it.
package enum TelegramUpdateShape: Sendable, Equatable {
    /// Somebody wrote or sent something.
    case message
    /// Somebody changed what they had written: recorded, never answered as if it were new.
    case edit
    /// A button under one of our messages was pressed.
    case press
    /// Our own standing in a chat changed: a person blocked the bot, or took it back.
    case membership
    /// Recorded and counted, nothing else.
    case recorded
    /// The same, and what it names as a chat is not a conversation with us.
    case elsewhere

    /// The updates that we know, by the platform's names.
    package static let known: [String: TelegramUpdateShape] = [
        "message": .message,
        "edited_message": .edit,
        "callback_query": .press,
        "my_chat_member": .membership,
        "message_reaction": .recorded,
        "message_reaction_count": .recorded,
        "channel_post": .recorded,
        "edited_channel_post": .recorded,
        "inline_query": .recorded,
        "chosen_inline_result": .recorded,
        "shipping_query": .recorded,
        "pre_checkout_query": .recorded,
        "purchased_paid_media": .recorded,
        "poll": .recorded,
        "poll_answer": .recorded,
        "chat_member": .recorded,
        "chat_join_request": .recorded,
        "chat_boost": .recorded,
        "removed_chat_boost": .recorded,
        "managed_bot": .recorded,
        // Chats of another account that lets the bot listen in: private there, but not with us.
        "business_connection": .elsewhere,
        "business_message": .elsewhere,
        "edited_business_message": .elsewhere,
        "deleted_business_messages": .elsewhere,
    ]
}
