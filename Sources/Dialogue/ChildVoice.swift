/// Tells whether a text sounds like a child speaking of themselves.
///
/// Most people are not known to be pupils when they first write, and a child must not be spoken to like an official.
enum ChildVoice {
    /// Words for oneself: "em bị …", not "con em bị …"; the word before decides whose "em" it is.
    private static let childOnly = ["em", "to", "tui"]
    private static let verbs: Set<String> = [
        "bi", "so", "muon", "khong", "ko", "k", "chan", "buon", "dang", "met", "dinh", "se", "chet", "met", "moi", "hoc", "vua",
    ]
    private static let owners: Set<String> = [
        "con", "chau", "be", "cua", "nha", "em", "anh", "chi", "ban", "cac", "me", "bo", "ba", "ong", "co", "thay", "dua", "may",
        "chong", "vo", "hang", "trai", "gai", "lop", "cho", "voi", "danh", "hai", "nhung", "tui",
    ]
    private static let phrases = [
        "bo danh em", "me danh em", "bo danh con", "me danh con", "co giao danh em", "thay danh em", "cac ban danh em", "ban danh em",
        "bo danh chau", "me danh chau", "bi bo danh", "bi me danh", "bi bo duong", "bo chau", "me chau", "bo em", "me em", "chau so",
        "em so", "chu oi", "duong em", "vao phong em", "my uncle", "my stepdad", "call me ugly",
        "bac oi", "cuu chau", "giup chau", "cuu em", "giup em voi", "lop em", "truong em", "thay giao em", "co giao em", "ban em", "my dad",
        "my mom", "my classmates",
        "my teacher",
        "hits me", "hit me", "beat me", "bully me", "bullying me", "kill myself", "hurt myself", "touched me", "i want to die",
    ]
    private static let adult = [
        "con toi", "con em", "be nha", "con gai", "con trai", "chau nha", "chau toi", "con minh", "hoc sinh", "toi la giao vien", "lop toi",
        "my son", "my daughter", "my child", "my kid", "my student", "my pupil", "em la giao vien", "em la phu huynh", "chong em", "vo em",
    ]

    private static let teacher = [
        "toi la giao vien", "em la giao vien", "minh la giao vien", "la giao vien chu nhiem", "hoc sinh lop toi", "hoc sinh cua toi",
        "lop toi chu nhiem",
        "hoc sinh lop em chu nhiem", "i am a teacher", "i m a teacher", "my student", "my students", "my pupil", "my pupils",
        "a student of mine",
    ]

    /// Whether a teacher speaks of their pupils.
    static func teaches(in text: FoldedText) -> Bool { teacher.contains { text.contains($0) } }

    static func speaks(in text: FoldedText) -> Bool {
        if adult.contains(where: { text.contains($0) }) { return false }
        if phrases.contains(where: { text.contains($0) }) { return true }
        let words = text.words
        for (index, word) in words.enumerated() where childOnly.contains(word.folded) && index + 1 < words.count {
            guard verbs.contains(words[index + 1].folded) else { continue }
            let before = index > 0 && !words[index - 1].endsPhrase ? words[index - 1].folded : ""
            if !owners.contains(before) { return true }
        }
        return false
    }
}
