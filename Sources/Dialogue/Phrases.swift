/// Fixed phrases that steer a conversation, folded. They work whatever the model thinks of them.
enum Phrases {
    static let leave: Set<String> = [
        "thoat", "thoat ra", "dung", "dung lai", "huy", "huy bo", "huy di", "huy dang ky nay", "thoi", "thoi khong lam nua",
        "khong lam nua", "bo di", "exit", "quit", "stop", "cancel", "leave",
    ]
    static let back: Set<String> = [
        "quay lai", "tro lai", "lui lai", "cau truoc", "buoc truoc", "quay lai buoc truoc", "back", "go back", "previous",
    ]
    static let skip: Set<String> = ["bo qua", "bo qua cau nay", "qua cau khac", "skip", "skip it", "next"]
    static let edit: Set<String> = [
        "sua", "sua lai", "sai roi", "nham roi", "sua thong tin", "chua dung", "khong dung", "edit", "change", "wrong",
    ]
    static let repeating: Set<String> = [
        "nhac lai", "lap lai", "noi lai", "noi lai di", "nhac lai di", "repeat", "say again", "say it again",
    ]
    static let resume: Set<String> = ["tiep tuc", "lam tiep", "tiep tuc dang ky", "continue", "resume", "go on"]
    static let yes: Set<String> = [
        "co", "dung", "dung roi", "dung vay", "vang", "da", "da vang", "da dung", "uh", "u", "um", "ok", "oke", "okay", "okie",
        "dong y", "xac nhan", "chuan", "chinh xac", "duoc", "duoc roi", "da co", "yes", "y", "yep", "yeah", "sure", "right",
        "correct", "confirm",
    ]
    static let no: Set<String> = [
        "khong", "ko", "k", "hong", "hok", "khong a", "khong co", "ko co", "khong phai", "chua", "khong dong y", "thoi khoi",
        "khoi", "no", "n", "nope", "not", "no thanks",
    ]
    /// Answers to a question that may be passed over which mean: nothing to say.
    static let nothing: Set<String> = [
        "khong biet", "khong ro", "em khong biet", "chua biet", "khong can", "khong can thiet", "dau cung duoc", "o dau cung duoc",
        "xa nao cung duoc", "tat ca", "ca tinh", "toan tinh", "i do not know", "don t know", "anywhere", "any",
    ]
    static let safe: Set<String> = ["an toan", "van an toan", "khong sao", "khong sao a", "on", "binh thuong", "safe", "i am safe", "i m safe"]
    static let human: Set<String> = [
        "gap nguoi that", "gap nguoi", "noi chuyen voi nguoi", "noi chuyen voi nguoi that", "gap can bo", "gap tu van vien",
        "human", "talk to a human", "talk to a person", "agent",
    ]
    static let help: Set<String> = ["menu", "help", "tro giup", "huong dan", "?"]

    static let politeBefore: Set<String> = [
        "da", "vang", "a", "oi", "thua", "cho", "em", "toi", "minh", "con", "xin", "muon", "please", "i", "want", "to",
    ]
    static let politeAfter: Set<String> = [
        "a", "ah", "nhe", "nha", "nhe a", "di", "giup", "em", "voi", "ban", "oi", "please", "thoi", "a a", "nhi", "cam", "on",
    ]
    static let questionWords: [String] = [
        "bao nhieu", "the nao", "lam sao", "tai sao", "vi sao", "khi nao", "bao gio", "may gio", "o dau", "cho nao", "co khong",
        "duoc khong", "phai khong", "dung khong", "khong a", "la gi", "gi the", "gi vay", "nhu nao", "co phai", "nhung gi", "can gi",
        "co bat buoc", "how much", "how many", "how", "what", "when", "where", "why", "which", "who", "can i", "do i", "is there",
    ]

    /// Words by which people name a slot that they want to correct, by slot name; longest first.
    static let slotWords: [(slot: String, phrases: [String])] = [
        ("child", ["ho va ten", "ho ten", "ten con", "ten chau", "ten be", "ten em", "ten hoc sinh", "ten", "name"]),
        ("class", ["lop hoc", "ma lop", "khoa hoc", "lop khac", "chon lop"]),
        ("grade", ["lop may", "khoi lop", "khoi", "lop", "grade"]),
        ("school_class", ["lop", "class"]),
        ("commune", ["dia diem", "xa", "phuong", "noi hoc", "commune", "place"]),
        ("date", ["ngay nghi", "ngay", "thoi gian", "date", "day"]),
        ("reason", ["ly do", "reason"]),
        ("time", ["ngay", "thoi gian", "time", "date"]),
        ("topic", ["chu de", "mon", "topic"]),
    ]
}
