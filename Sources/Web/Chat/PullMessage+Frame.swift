import Channels
import Core
import JSON
import Store

extension PullMessage {
    /// One server-sent event with the contract's object; its id is the cursor that a client comes back with.
    var frame: String {
        "id: \(cursor)\ndata: \(ChatEvent(id: String(cursor), message, at: createdAt).json.compactText)\n\n"
    }
}
