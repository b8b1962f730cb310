import Core

/// Vietnamese or English, from the words alone. In doubt Vietnamese.
enum LanguageDetection {
    private static let english: HashIndex = {
        var index = HashIndex()
        for word in words.split(separator: " ") { index.insert(FNV.hash(word.utf8)) }
        return index
    }()

    /// Frequent English words that are no Vietnamese syllables, or hardly ever typed as such.
    private static let words = """
        the a is are was were be been am i you he she they we it my your his her our their me him them this that these \
        those what when where which who how why do does did have has had will would should could can may might must \
        not no yes and or but if of for from with about into at on in to by as there here want need like know tell \
        help please thanks thank hello hi hey bye goodbye good morning afternoon evening night okay class classes \
        course courses lesson child children kid kids son daughter student students pupil teacher teachers school \
        parent parents mother father boy girl swimming safety bullying bully bullied beaten hit register registration \
        enrol enroll sign cancel fee fees cost much many free open near nearest grade year years old today tomorrow \
        yesterday tonight week weekend month monday tuesday wednesday thursday friday saturday sunday next last \
        report reporting abuse violence send message speak talk person human agent robot language english vietnamese \
        contact phone number address office hours absent absence sick leave stop start any some more all find show \
        list available schedule time certificate document documents insurance refund online
        """

    static func language(of text: PreparedText) -> Language {
        var english = 0
        var vietnamese = 0
        for token in text.tokens where !token.hasDigit {
            let length = token.letters.count
            if token.key.isMarked {
                vietnamese += 3
            } else if Self.english.position(of: token.key.letters) != nil {
                english += length > 2 ? 2 : 1
            } else if Syllables.shared.contains(token.key.letters) {
                vietnamese += 1
            } else if length > 3 {
                english += 1
            }
        }
        return english > vietnamese ? .english : .vietnamese
    }
}
