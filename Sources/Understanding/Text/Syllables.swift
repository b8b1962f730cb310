/// The syllables that Vietnamese spelling allows, without marks.
///
/// A word that is one of them is left as it was typed: it may be rare, but it is not a slip.
struct Syllables: Sendable {
    static let shared = Syllables()

    private let index: HashIndex

    private static let onsets =
        ["", "b", "c", "ch", "d", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu"]
        + ["r", "s", "t", "th", "tr", "v", "x"]

    private static let rimes: [String] = [
        "a ac ach ai am an ang anh ao ap at au ay",
        "e ec ech em en eng enh eo ep et eu",
        "i ia ich iec iem ien ieng iep iet ieu im in ing inh ip it iu",
        "o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong ooc oong op ot",
        "u ua uan uang uat uau uay uc ue uech uen uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu",
        "uy uya uych uyen uyet uynh uyt uyu",
        "y yem yen yeng yet yeu ym yn ynh yt",
    ].flatMap { $0.split(separator: " ").map(String.init) }

    private init() {
        var index = HashIndex()
        for onset in Self.onsets {
            for rime in Self.rimes where onset.utf8.count + rime.utf8.count > 1 {
                var hash = FNV()
                hash.add(onset.utf8)
                hash.add(rime.utf8)
                index.insert(hash.value)
            }
        }
        self.index = index
    }

    /// - Parameter key: FNV over the folded word.
    func contains(_ key: UInt64) -> Bool { index.position(of: key) != nil }
}
