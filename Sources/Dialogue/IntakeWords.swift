import Core
import Programmes

/// Recognises the choices of the intake in what people write: numbers, words, with and without accents, in English.
enum IntakeWords {
    /// What a text says about a question.
    struct Answer: Equatable {
        var codes: [String]
        /// The text is nothing but the choices, so that it need not be kept beside them.
        var isBare: Bool
    }

    /// The choices that a text names; nil when it names none.
    static func answer(
        _ text: FoldedText, to question: IntakeQuestion, voice: IntakeVoice, entities: [Entity], titles: [String: String]
    ) -> Answer? {
        let options = question.options(for: voice)
        guard !options.isEmpty, !text.isEmpty else { return nil }
        if let codes = numbers(text, question, options) { return Answer(codes: codes, isBare: true) }
        if let code = options.first(where: { titles[$0].map { FoldedText($0).joined == text.joined } ?? false }) {
            return Answer(codes: [code], isBare: true)
        }
        if question == .age, let band = ageBand(text, entities) { return Answer(codes: [band], isBare: text.count <= 3) }
        if let code = plain(text, question), options.contains(code) || code == "any_harm" { return Answer(codes: [code], isBare: false) }
        // A teacher may be taken for a parent until they say whose child it is.
        let possible = question == .victim && voice != .pupil ? options + ["own_child", "own_pupil"] : options
        var found = mentions(text, question).filter(possible.contains)
        // A mother who writes "cháu" does not mean herself.
        let speaksOfChild = text.contains("con") || text.contains("chau") || text.contains("be")
        if question == .victim, voice == .parent, found.first == "self", speaksOfChild { found = ["own_child"] }
        // Beside a neighbour, a parent is the graver.
        let isOfFamily = ["bo", "me", "duong", "ong noi", "ong ngoai", "anh trai", "chi gai"].contains { text.contains($0) }
        if question == .accused, found.first == "stranger", isOfFamily { found = ["family"] }
        guard !found.isEmpty else { return nil }
        let codes = question.isMultiple ? IntakeQuestion.consistent(found) : [found[0]]
        return Answer(codes: codes, isBare: false)
    }

    /// "1", "1 3", "1, 3", "1 và 3"; nil when there is anything else or a number that is no choice.
    private static func numbers(_ text: FoldedText, _ question: IntakeQuestion, _ options: [String]) -> [String]? {
        let words = text.words.filter { !["va", "and", "so", "a", "da", "chon", "voi"].contains($0.folded) }
        guard !words.isEmpty, words.count <= options.count else { return nil }
        var codes: [String] = []
        for word in words {
            guard let number = word.number, options.indices.contains(number - 1) else { return nil }
            if !codes.contains(options[number - 1]) { codes.append(options[number - 1]) }
        }
        if !question.isMultiple, codes.count > 1 { return nil }
        return question.isMultiple ? IntakeQuestion.consistent(codes) : codes
    }

    private static func ageBand(_ text: FoldedText, _ entities: [Entity]) -> String? {
        for entity in entities {
            switch entity.value {
            case .age(let years): return band(years: years)
            case .grade(let grade): return band(grade: grade.number)
            default: continue
            }
        }
        // A bare number that is no choice can only be an age.
        let numbers = text.words.compactMap(\.number)
        if numbers.count == 1, let number = numbers.first {
            if text.contains("lop \(number)") || text.contains("grade \(number)") { return band(grade: number) }
            if (6...99).contains(number) || text.contains("tuoi") || text.contains("years") { return band(years: number) }
        }
        return text.contains("mam non") || text.contains("mau giao") || text.contains("kindergarten") ? "under_7" : nil
    }

    private static func band(years: Int) -> String {
        switch years {
        case ..<7: "under_7"
        case ...10: "7_10"
        case ...15: "11_15"
        case ...17: "16_17"
        default: "18_up"
        }
    }

    /// By the age in which a school year begins; where it may be either, the younger.
    private static func band(grade: Int) -> String {
        switch grade {
        case ..<2: "under_7"
        case ...5: "7_10"
        case ...10: "11_15"
        default: "16_17"
        }
    }

    /// Yes, no and "I do not know" as the whole answer.
    private static func plain(_ text: FoldedText, _ question: IntakeQuestion) -> String? {
        let isYes = text.isOne(of: Phrases.yes)
        let isNo = text.isOne(of: Phrases.no)
        switch question {
        case .safeNow:
            if isYes { return "safe" }
            if isNo { return "not_safe" }
        case .harm:
            if isYes { return anyHarm }
            if isNo { return IntakeQuestion.none }
        case .tonight:
            if isYes { return "yes" }
            if isNo { return "no" }
        case .known, .schoolActions: if isNo { return IntakeQuestion.none }
        default: break
        }
        return text.isOne(of: Phrases.nothing) ? IntakeQuestion.unknown : nil
    }

    /// "Yes" where it was asked whether one of several bad things is true.
    static let anyHarm = "any_harm"

    private static let negators: Set<String> = [
        "khong", "ko", "k", "hong", "hok", "chua", "chang", "no", "not", "nobody", "never", "isn't", "don't",
    ]

    private static func mentions(_ text: FoldedText, _ question: IntakeQuestion) -> [String] {
        var found: [String] = []
        for entry in table[question] ?? [] {
            for phrase in entry.phrases {
                guard let place = place(of: phrase, in: text) else { continue }
                let code = isNegated(place, in: text) ? entry.negated : entry.code
                if let code, !found.contains(code) { found.append(code) }
                break
            }
        }
        return found
    }

    private static func place(of phrase: FoldedText, in text: FoldedText) -> Int? {
        guard !phrase.isEmpty, text.count >= phrase.count else { return nil }
        return (0...(text.count - phrase.count)).first { start in
            zip(text.words[start...], phrase.words).allSatisfy {
                $0.folded == $1.folded && ($0.marks.isEmpty || $0.marks == $1.marks)
            }
        }
    }

    /// Whether one of the three words before, in the same clause, denies what follows.
    private static func isNegated(_ place: Int, in text: FoldedText) -> Bool {
        for word in text.words[max(0, place - 3)..<place].reversed() {
            if word.endsPhrase { return false }
            if negators.contains(word.folded) { return true }
        }
        return false
    }

    private struct Row {
        var code: String
        var phrases: [FoldedText]
        /// What it means when it is denied; nil = nothing.
        var negated: String?

        init(_ code: String, _ phrases: [String], negated: String? = nil) {
            self.code = code
            self.phrases = phrases.map { FoldedText($0) }
            self.negated = negated
        }
    }

    /// Within a question the first that fits counts where only one can hold, so the graver and the longer stand first.
    private static let table: [IntakeQuestion: [Row]] = [
        .safeNow: [
            Row(
                "not_safe",
                [
                    "không an toàn", "chưa an toàn", "nguy hiểm", "không ổn", "đang trốn", "đang sợ", "sợ lắm", "sợ quá", "đang bị", "cứu",
                    "unsafe", "danger", "hiding", "scared", "help me",
                ]),
            Row(
                IntakeQuestion.unknown,
                [
                    "không rõ", "không biết", "ko biết", "nỏ biết", "chưa biết", "không chắc", "hình như", "có lẽ", "chắc là", "not sure",
                    "don't know",
                    "do not know",
                    "think so", "maybe",
                ]),
            Row(
                "safe",
                [
                    "an toàn", "ổn", "về nhà rồi", "ở nhà rồi", "phòng y tế", "với tôi", "với tui", "cạnh tôi", "với mình", "không sao",
                    "bình thường", "safe", "fine", "at home now", "ok",
                ],
                negated: "not_safe"),
        ],
        .harm: [
            Row(
                "hurt",
                [
                    "bị thương", "chảy máu", "bầm", "tím", "sưng", "gãy", "đau", "ngất", "vết thương", "xước", "rách", "máu", "hurt",
                    "injured",
                    "bleeding", "bled", "bruise", "bruises", "bruised", "broken",
                ]),
            Row("weapon", ["vũ khí", "dao", "gậy", "súng", "mã tấu", "kiếm", "hung khí", "weapon", "knife", "gun", "stick"]),
            Row(
                "self_harm",
                [
                    "tự hại", "tự làm hại", "làm hại mình", "làm hại bản thân", "tự tử", "muốn chết", "không muốn sống", "rạch tay",
                    "self harm",
                    "harm myself", "harm themselves", "harm herself", "harm himself", "hurt myself", "kill myself", "suicide",
                ]),
            Row(IntakeQuestion.unknown, ["không rõ", "không biết", "not sure", "don't know"]),
            Row(IntakeQuestion.none, ["không có", "không ai", "không sao", "chưa có", "chưa ai", "none", "nobody", "no one"]),
        ],
        .when: [
            Row("now", ["đang diễn ra", "đang xảy ra", "bây giờ", "ngay lúc này", "vừa xong", "right now", "happening now", "now"]),
            Row(
                "today",
                [
                    "hôm nay", "sáng nay", "trưa nay", "chiều nay", "tối nay", "ban nãy", "lúc nãy", "vừa nãy", "today", "this morning",
                    "this afternoon", "tonight",
                ]),
            Row(
                "this_week",
                ["tuần này", "hôm qua", "hôm kia", "mấy hôm nay", "hôm trước", "mấy ngày nay", "this week", "yesterday", "few days"]),
            Row(
                "longer",
                [
                    "lâu hơn", "lâu rồi", "tháng trước", "tuần trước", "cả tháng", "mấy tháng", "năm ngoái", "từ đầu năm", "nhiều tháng",
                    "longer",
                    "last week", "last month", "months", "long ago", "weeks",
                ]),
            Row("once", ["một lần", "lần đầu", "1 lần", "once", "first time"]),
            Row(
                "many",
                [
                    "nhiều lần", "lần nào cũng", "ngày nào cũng", "thường xuyên", "hay bị", "liên tục", "suốt", "hôm nào cũng", "vẫn còn",
                    "vẫn tiếp diễn",
                    "tiếp diễn", "many times", "every day", "often", "again and again", "still going on", "keeps happening",
                    "several times",
                ]),
        ],
        .place: [
            Row("toilet", ["nhà vệ sinh", "wc", "toilet", "bathroom", "restroom"]),
            Row("gate", ["cổng trường", "cổng", "gate"]),
            Row("life_skills", ["lớp kỹ năng", "lớp học thêm", "life skills", "life-skills"]),
            Row(
                "online",
                ["trên mạng", "online", "facebook", "zalo", "tiktok", "messenger", "nhóm chat", "internet", "instagram"]),
            Row("classroom", ["trong lớp", "lớp học", "phòng học", "ở lớp", "classroom", "in class"]),
            Row("yard", ["sân trường", "sân", "schoolyard", "playground", "yard"]),
            Row("road", ["đường về", "trên đường", "ngoài đường", "đường", "xe buýt", "way home", "road", "street", "bus"]),
            Row("home", ["ở nhà", "nhà em", "nhà con", "trong nhà", "tại nhà", "home"]),
            Row("other", ["chỗ khác", "nơi khác", "khác", "other", "elsewhere"]),
        ],
        .victim: [
            Row(
                "own_child",
                [
                    "con tôi", "con em", "cháu tôi", "cháu nhà", "con gái", "con trai", "con mình", "con cháu", "my child", "my son",
                    "my daughter", "my kid",
                ]),
            Row(
                "own_pupil",
                ["học sinh của trường", "học sinh của tôi", "học sinh lớp tôi", "học sinh", "my pupil", "my student", "student", "pupil"]),
            Row(
                "other",
                [
                    "người khác", "bạn em", "bạn cùng lớp", "bạn khác", "bạn ấy", "em ấy", "bạn", "a boy", "a girl", "boy", "girl",
                    "someone else", "somebody else", "a friend", "my friend",
                    "friend", "classmate",
                ]),
            Row("self", ["chính em", "chính tôi", "là em", "bản thân", "em", "tôi", "con", "cháu", "mình", "tớ", "me", "myself", "i am"]),
        ],
        .age: [
            Row("under_7", ["dưới 7", "under 7"]),
            Row("18_up", ["trên 18", "18 trở lên", "người lớn", "over 18", "adult"]),
        ],
        .accused: [
            Row(
                "adult_at_school",
                [
                    "người lớn ở trường", "thầy", "cô giáo", "cô", "giáo viên", "bảo mẫu", "bảo vệ", "hiệu trưởng", "teacher",
                    "school staff", "adult at school",
                ]),
            // "ông hàng xóm" is no grandfather.
            Row("stranger", ["hàng xóm", "người quen", "trong xóm", "trong làng", "neighbour", "neighbor"]),
            Row(
                "family",
                [
                    "người nhà", "bố", "mẹ", "ba", "dượng", "ông", "bà", "chú", "bác", "cậu", "anh trai", "chị gái", "họ hàng", "family",
                    "father", "mother",
                    "dad", "mom", "mum", "stepfather", "uncle", "aunt", "relative", "brother",
                ]),
            Row("stranger", ["người lạ", "người ngoài", "thanh niên lạ", "không quen", "stranger"]),
            Row(
                "pupil",
                [
                    "bạn học", "bạn cùng lớp", "bạn", "học sinh", "anh lớp trên", "lớp trên", "đàn anh", "classmate", "classmates", "pupil",
                    "student", "students", "kids", "boys", "girls",
                ]),
            Row("unknown", ["không rõ", "không biết", "chưa biết", "not sure", "don't know"]),
        ],
        .tonight: [
            Row(
                IntakeQuestion.unknown, ["không rõ", "không biết", "chưa biết", "không chắc", "not sure", "don't know", "maybe", "có thể"]),
            Row("yes", ["có gặp", "có", "sẽ gặp", "sống cùng", "ở cùng", "cùng nhà", "yes", "lives with"], negated: "no"),
            Row("no", ["không gặp", "không", "no", "won't"]),
        ],
        .known: [
            Row(
                "family", ["gia đình", "bố mẹ", "bố", "mẹ", "ba mẹ", "ông bà", "family", "parents", "mother", "father"]),
            Row("school", ["nhà trường", "thầy", "cô giáo", "cô chủ nhiệm", "chủ nhiệm", "hiệu trưởng", "trường", "school", "teacher"]),
            Row("authorities", ["công an", "ủy ban", "xã", "phường", "police", "commune"]),
            Row("line_111", ["111", "tổng đài"]),
            Row(IntakeQuestion.none, ["chưa ai", "chưa báo", "chưa có ai", "không ai", "nobody", "no one", "none"]),
            Row("doctor", ["bác sĩ", "bệnh viện", "khám", "doctor", "hospital"]),
        ],
        .help: [
            Row("safety", ["an toàn", "safe", "safety", "bảo vệ"]),
            Row("talk", ["nói chuyện", "tâm sự", "tư vấn", "lắng nghe", "talk", "counselling", "listen"]),
            Row("medical", ["khám", "chữa", "bác sĩ", "bệnh viện", "doctor", "medical", "hospital"]),
            Row("stop", ["dừng lại", "chấm dứt", "dừng chuyện", "ngăn", "stop"]),
        ],
        .schoolActions: [
            Row("assessed", ["đánh giá", "xác minh", "tìm hiểu", "assessed", "assessment"]),
            Row("medical", ["y tế", "khám", "bệnh viện", "medical", "hospital", "nurse"]),
            Row("family", ["báo gia đình", "gia đình", "phụ huynh", "family", "parents"]),
            Row("authorities", ["công an", "ủy ban", "xã", "phường", "police", "commune"]),
            Row(IntakeQuestion.none, ["chưa làm", "chưa có", "chưa", "nothing", "none"]),
        ],
    ]
}
