import Content
import Core
import Dialogue
import Programmes
import Testing

/// Two guardians who do anything at all, thousands of times.
@Suite struct RandomWalkTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `Whatever people do, rules hold and nobody is left without an answer`(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var play = Play(seed: seed)
        let intents = TestContent.catalogue.flows.keys.sorted()
        let texts = [
            "Lê Minh An", "Trần Bình", "4", "lớp 4", "2", "1", "có", "không", "đúng", "thoát", "quay lại", "bỏ qua",
            "sửa",
            "sửa tên con", "tên là Lê Bình", "tiếp tục", "nhắc lại", "gặp người thật", "lớp số 2", "kns-11", "KNS 11",
            "lớp này bao nhiêu tiền", "😀", "", "đổi lớp", "không phải lớp 4 mà lớp 5", "lớp cuối cùng", "hủy",
            "\u{0}\u{301}",
        ]
        let payloads = [
            "#yes", "#no", "#skip", "#back", "#leave", "#intent:classes.enrol?class=KNS-11", "#slot:class=KNS-11",
            "#slot:edit=child", "#slot:edit=date", "#slot:grade=4", "#intent:classes.find?grade=4&commune=10001",
            "#intent:classes.cancel", "#intent:common.absence?resume=yes", "#rubbish", "#intent:classes.mine",
        ]
        var enrolled = 0
        for _ in 0..<1_500 {
            let who = random.next() % 2 == 0 ? Play.mother : Play.father
            let before = play.states[who] ?? ConversationState()
            func pick<T>(_ from: [T]) -> T { from[Int(random.next() % UInt64(from.count))] }
            var mustAnswer = true
            switch random.next() % 20 {
            case 0...8:
                let roll = random.next() % 10
                let entities: [Entity] = [
                    .grade(4), .commune("10001", "Sông Xanh"), .day("2026-11-28"), .topic("drowning"),
                ]
                let chosen = entities.filter { _ in random.next() % 4 == 0 }
                let triage =
                    random.next() % 40 == 0
                    ? Triage(level: .s1) : random.next() % 40 == 0 ? Triage(ask: true) : Triage()
                try play.say(
                    pick(texts), roll < 7 ? pick(intents) : nil, chosen, certainty: roll == 6 ? .unsure : nil,
                    others: [pick(intents)], triage: triage, from: who)
            case 9...14: try play.press(pick(payloads), from: who)
            case 15:
                if let button = before.choices.first { try play.press(button.payload, from: who) } else { continue }
            case 16:
                try play.run(
                    .message, attachments: [Core.Attachment(kind: pick([.sticker, .image, .audio]))], from: who)
            case 17:
                try play.wait(.seconds(Int64(random.next() % 3_000)), for: who)
                mustAnswer = false
            case 18:
                if random.next() % 5 == 0 {
                    try play.run(.echo, by: .staff, from: who)
                } else {
                    try play.run(.follow, from: who)
                }
                mustAnswer = false
            default:
                try play.run(pick([.unfollow, .status, .timer]), name: "form", from: who)
                mustAnswer = false
            }
            let isOwned = before.ownedUntil.map { play.now < $0 } ?? false
            if mustAnswer, !isOwned { #expect(!play.replies.isEmpty) }
            for reply in play.replies { #expect(!reply.message.text.isEmpty) }
            enrolled += play.changes.count { if case .enrol = $0 { true } else { false } }
            for offer in play.records.offers {
                let listing = try #require(play.records.listing(offer.id))
                #expect(listing.seatsTaken <= offer.capacity)
            }
            let keys = play.records.enrolments.filter { $0.status != .cancelled }
                .map { "\($0.guardian)/\($0.classID)/\($0.childName)" }
            #expect(Set(keys).count == keys.count)
        }
        #expect(enrolled > 0)
    }
}
