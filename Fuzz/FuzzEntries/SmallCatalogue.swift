import Content
import Core

/// As much content as it takes for every kind of entity and urgency to occur.
enum SmallCatalogue {
    private static let nowhere = SourceLocation(file: "small", line: 1)

    static let training = TrainingData(
        examples: sentences.flatMap { intent, texts in
            texts.map { Example(text: $0, intent: intent, location: nowhere) }
        },
        synonyms: ["hoc boi": "bơi"],
        lookups: ["school": ["Trường Tiểu học Mẫu", "THCS Mẫu Hai"]],
        regexes: ["code": ["KNS-[0-9]+"]])

    static let gazetteer = Gazetteer(
        communes: [
            .init(code: "01234", name: "Xã Mẫu", spellings: ["mẫu"]),
            .init(code: "01235", name: "Phường Hoà Bình", spellings: ["hoà bình", "hòa bình"]),
        ],
        formerUnits: [.init(name: "Xã Cũ", spellings: ["cũ"], district: "Huyện Xưa", successors: ["01234", "01235"])],
        topics: [
            .init(id: "drowning", names: ["vi": "Phòng đuối nước", "en": "Water safety"], triggers: ["bơi", "đuối nước"])
        ],
        teencode: ["ko": "không", "dc": "được", "hs": "học sinh"])

    static let triage = TriageRubric(
        rules: [
            .init(
                id: "beaten_now", level: .s1, category: "physical", phrases: ["đang bị đánh", "đang … đánh em"],
                location: nowhere),
            .init(
                id: "self_harm", level: .s1, category: "self_harm", phrases: ["tự tử", "muốn chết?"],
                ambiguousWhenFolded: true, supports: ["không muốn sống"], location: nowhere),
            .init(id: "beaten", level: .s3, category: "physical", phrases: ["bị đánh", "đánh bạn"], location: nowhere),
        ],
        gates: [
            .init(
                id: "class_about_it", phrases: ["lớp phòng chống", "phim!"], caps: .s0, rules: ["beaten"],
                wordsBefore: 4, location: nowhere),
            .init(id: "rating", phrases: ["đánh giá"], caps: .s0, location: nowhere),
        ])

    private static let sentences: [(String, [String])] = [
        (
            "classes.find",
            [
                "tìm lớp bơi cho cháu", "ở xã mình có lớp nào không ạ", "lớp kỹ năng sống mở khi nào",
                "cháu muốn học bơi thứ bảy", "cuối tuần có lớp gì", "tìm giúp lớp sơ cứu", "is there a swimming class",
                "con tôi muốn học thoát hiểm",
            ]
        ),
        (
            "classes.fees",
            [
                "học phí bao nhiêu", "lớp có mất tiền không", "đóng bao nhiêu một buổi", "lớp này miễn phí à",
                "tiền học tính sao", "giá một khoá là mấy", "how much is it", "có giảm giá cho hộ nghèo",
            ]
        ),
        (
            "reports.report",
            [
                "con em bị đánh ở trường", "em muốn báo bạn bị bắt nạt", "có người đánh em", "cháu bị các bạn doạ",
                "em bị trấn lột tiền", "bạn em bị đánh hội đồng", "my child was beaten", "em bị ép uống rượu",
            ]
        ),
    ]
}
