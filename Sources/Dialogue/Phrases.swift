/// Fixed phrases that steer a conversation. They work whatever the model thinks of them.
enum Phrases {
    static let leave = PhraseSet([
        "thoát", "thoát ra", "dừng", "dừng lại", "hủy", "hủy bỏ", "hủy đi", "hủy đăng ký này", "thôi",
        "thôi không làm nữa",
        "không làm nữa", "bỏ đi", "exit", "quit", "stop", "cancel", "leave",
    ])
    static let back = PhraseSet([
        "quay lại", "trở lại", "lùi lại", "câu trước", "bước trước", "quay lại bước trước", "back", "go back",
        "previous",
    ])
    static let skip = PhraseSet(["bỏ qua", "bỏ qua câu này", "qua câu khác", "skip", "skip it", "next"])
    static let edit = PhraseSet([
        "sửa", "sửa lại", "sai rồi", "nhầm rồi", "sửa thông tin", "chưa đúng", "không đúng", "edit", "change", "wrong",
    ])
    static let repeating = PhraseSet([
        "nhắc lại", "lặp lại", "nói lại", "nói lại đi", "nhắc lại đi", "repeat", "say again", "say it again",
    ])
    static let resume = PhraseSet(["tiếp tục", "làm tiếp", "tiếp tục đăng ký", "continue", "resume", "go on"])
    static let yes = PhraseSet([
        "có", "đúng", "đúng rồi", "đúng vậy", "vâng", "dạ", "dạ vâng", "dạ đúng", "dạ có", "ừ", "ừm", "uh", "um", "ok",
        "oke",
        "okay", "okie", "đồng ý", "xác nhận", "chuẩn", "chính xác", "được", "được rồi", "gửi đi", "gửi", "yes", "y",
        "yep",
        "yeah", "sure", "right", "correct", "confirm",
    ])
    static let no = PhraseSet([
        "không", "ko", "k", "hông", "hok", "nỏ", "nỏ có", "không có", "ko có", "k có", "không phải", "chưa", "không đồng ý", "thôi khỏi",
        "khỏi", "no",
        "n", "nope", "not", "no thanks",
    ])
    /// Answers to a question that may be passed over which mean: nothing to say.
    static let nothing = PhraseSet([
        "không biết", "ko biết", "k biết", "hok biết", "hổng biết", "nỏ biết", "chịu", "không rõ", "em không biết", "chưa biết",
        "không cần", "không cần thiết", "đâu cũng được",
        "ở đâu cũng được", "xã nào cũng được", "tất cả", "cả tỉnh", "toàn tỉnh", "i do not know", "don't know",
        "anywhere", "any",
    ])
    /// A clear no to the safety question; everything else counts as yes.
    static let safe = PhraseSet([
        "không", "ko", "k", "nỏ", "không có", "không có ai", "không ai", "ko có", "không có gì", "an toàn", "vẫn an toàn",
        "không, vẫn an toàn",
        "không sao", "bình thường", "no", "nope", "safe", "i am safe", "i'm safe", "no all is safe", "nobody",
    ])
    /// That is all.
    static let done = PhraseSet([
        "xong", "xong rồi", "hết rồi", "thế thôi", "vậy thôi", "chỉ thế thôi", "không sửa", "done", "finished", "that's all", "that is all",
        "all done",
    ])
    /// In the middle of questions: no more of them, please.
    static let enough = PhraseSet([
        "xong", "xong rồi", "thế thôi", "vậy thôi", "chỉ thế thôi", "không muốn kể nữa", "không kể nữa", "không muốn nói nữa",
        "không nói nữa",
        "không muốn trả lời nữa", "đừng hỏi nữa", "hỏi nhiều quá", "that's all", "that is all", "no more questions", "done", "i am done",
        "i don't want to talk",
    ])
    static let human = PhraseSet([
        "gặp người thật", "gặp người", "nói chuyện với người", "nói chuyện với người thật", "gặp cán bộ",
        "gặp tư vấn viên",
        "human", "talk to a human", "talk to a person", "agent",
    ])
    /// Words of consent and refusal that are also names: Khôi, Chuẩn.
    static let names: Set<String> = ["khoi", "chuan"]
    /// Commands that are also names when they are written without accents: Huy, Dung.
    static let namesWithoutAccents: Set<String> = ["huy", "dung"]

    static let politeBefore: Set<String> = [
        "da", "vang", "a", "oi", "thua", "cho", "em", "toi", "minh", "con", "xin", "muon", "please", "i", "want", "to",
    ]
    static let politeAfter: Set<String> = [
        "a", "ah", "nhe", "nha", "nhe a", "di", "giup", "em", "voi", "ban", "oi", "please", "thoi", "a a", "nhi", "cam",
        "on",
    ]
    static let questionWords: [String] = [
        "bao nhieu", "the nao", "lop nao", "khong a", "lam sao", "tai sao", "vi sao", "khi nao", "bao gio", "may gio",
        "o dau", "cho nao", "co khong",
        "duoc khong", "phai khong", "dung khong", "la gi", "gi the", "gi vay", "nhu nao", "co phai", "nhung gi",
        "can gi",
        "co bat buoc", "how much", "how many", "how", "what", "when", "where", "why", "which", "who", "can i", "do i",
        "is there",
    ]

    /// Words that announce a correction.
    static let correcting = ["sửa", "đổi", "sai", "nhầm", "không phải", "change", "correct", "wrong", "edit"].map {
        FoldedText($0)
    }

    /// First words of a question that goes on from the one before.
    static let followUps = ["the", "con", "vay con", "vay thi", "the con", "what about", "how about", "and"]

    /// Last words that make a sentence a question.
    static let questionEnds: Set<String> = ["khong", "ko", "hong", "chua", "nao", "gi", "dau", "sao"]

    /// Words by which people name a slot that they want to correct, by slot name; longest first.
    static let slotWords: [(slot: String, phrases: [FoldedText])] = [
        ("child", ["họ và tên", "họ tên", "tên con", "tên cháu", "tên bé", "tên em", "tên học sinh", "tên", "name"]),
        ("class", ["lớp học", "mã lớp", "khóa học", "lớp khác", "chọn lớp"]),
        ("grade", ["lớp mấy", "khối lớp", "khối", "lớp", "grade"]),
        ("school_class", ["lớp", "class"]),
        ("commune", ["địa điểm", "xã", "phường", "nơi học", "commune", "place"]),
        ("date", ["ngày nghỉ", "ngày", "thời gian", "date", "day"]),
        ("reason", ["lý do", "reason"]),
        ("time", ["ngày", "thời gian", "time", "date"]),
        ("topic", ["chủ đề", "môn", "topic"]),
    ].map { entry in (slot: entry.0, phrases: entry.1.map { FoldedText($0) }) }

    /// Words with which somebody asks for a report to be taken, beside telling what happened.
    private static let asking: [FoldedText] = [
        "muốn báo", "cần báo", "xin báo", "báo tin", "báo cáo", "tố cáo", "tố giác", "phản ánh", "trình báo", "want to report", "to report",
        "reporting", "make a report",
    ].map { FoldedText($0) }

    /// Words of somebody who looks for a class.
    private static let classWords: [FoldedText] = [
        "tìm lớp", "lớp học", "lịch", "lịch học", "đăng ký", "học phí", "khóa học", "lớp bơi", "lớp kỹ năng", "find a class", "classes",
        "enrol", "fees",
    ].map { FoldedText($0) }

    private static let absenceWords: [FoldedText] = ["xin nghỉ", "nghỉ học", "xin phép", "absent"].map { FoldedText($0) }

    static func speaksOfAbsence(_ text: FoldedText) -> Bool { absenceWords.contains { text.contains($0) } }

    private static let smallTalk: [FoldedText] = [
        "cảm ơn", "cám ơn", "cảm on", "thanks", "thank", "tks", "chào", "hello", "hi", "bye", "tạm biệt", "ok",
    ].map { FoldedText($0) }

    /// Nothing but thanks, a greeting or a farewell.
    static func isSmallTalk(_ text: FoldedText) -> Bool { text.count <= 6 && smallTalk.contains { text.contains($0) } }

    static func speaksOfClasses(_ text: FoldedText) -> Bool { classWords.contains { text.contains($0) } }

    /// Words that stand in most accounts of harm and in few other messages. Alone they prove nothing.
    private static let hints: [FoldedText] = [
        "bị", "đau", "khóc", "sợ", "nó", "chúng", "bọn", "tụi", "mấy đứa", "mấy thằng", "thằng", "bắt", "ép", "dọa", "ghét", "chửi", "máu",
        "đuổi", "đòi",
        "nhà vệ sinh", "một mình", "trêu", "chê", "sờ", "hôn", "thò tay", "dao", "buồn", "chuyện", "báo", "tố giác", "bạo lực", "bắt nạt",
        "ngày nào cũng",
        "nhốt", "cười", "nhà trọ", "nhà nghỉ", "bully", "bullying", "bullied", "hit", "hits", "hurt", "scared", "afraid", "fighting",
        "abuse", "grabbing",
        "touching", "crying", "they", "threat",
    ].map { FoldedText($0) }

    static func hintsAtHarm(_ text: FoldedText) -> Bool { hints.contains { text.contains($0) } }

    static func asksToReport(_ text: FoldedText) -> Bool { asking.contains { text.contains($0) } }
}
