package import Core
package import Programmes

extension WriteTransaction {
    /// Adds organisations and changes those whose codes are known; the places of everything below move with them.
    ///
    /// - Parameter entries: in any order; parents are among them or stored already.
    /// - Returns: how many are new, and how many known ones are different now.
    /// - Throws: ``StoreError/conflict(_:)`` when a parent is unknown or the tree would have a circle; nothing is
    ///   changed then.
    @discardableResult
    package func saveOrganisations(_ entries: [OrganisationEntry], by actor: Actor = .operator, now: Instant) throws -> (
        added: Int, changed: Int
    ) {
        let known = try connection.rows(OrganisationSQL.all, ["after": .text(""), "limit": .int(.max)]).map(Self.placed)
        var tree = OrganisationTree(known.map { ($0.organisation, $0.path) })
        for entry in entries { tree.add(entry) }
        var added = 0
        var changed = 0
        for place in try tree.topDown() {
            let id: OrganisationID = place.id ?? makeID(at: now)
            tree.name(place.entry.code, id)
            if place.isUnchanged { continue }
            if place.id == nil { added += 1 } else { changed += 1 }
            try connection.execute(
                OrganisationSQL.save,
                [
                    "id": .id(id), "code": .text(place.entry.code), "name": .text(place.entry.name.withoutNUL),
                    "kind": .text(place.entry.kind.rawValue), "parent": .id(place.entry.parent.flatMap(tree.id)),
                    "commune": .text(orNull: place.entry.commune), "path": .text(place.path),
                ])
        }
        if added + changed > 0 {
            try appendAudit(
                actor: actor, action: "organisations.saved", subject: "organisations", detail: "added \(added), changed \(changed)",
                now: now)
        }
        return (added, changed)
    }
}

extension ReadTransaction {
    package func organisation(_ id: OrganisationID) throws -> Organisation? {
        try connection.row(OrganisationSQL.byID, ["id": .id(id)]).map(Self.organisation)
    }

    /// The organisation with this code; case does not matter.
    package func organisation(code: String) throws -> Organisation? {
        guard let code = Organisation.normalised(code: code) else { return nil }
        return try connection.row(OrganisationSQL.byCode, ["code": .text(code)]).map(Self.organisation)
    }

    /// The commune itself (kind `commune`) with this commune code; the first by code if somebody has written several.
    package func organisation(ofCommune commune: String) throws -> Organisation? {
        try connection.row(
            OrganisationSQL.byCommune, ["commune": .text(commune), "kind": .text(Organisation.Kind.commune.rawValue)]
        ).map(Self.organisation)
    }

    /// All organisations, by code.
    ///
    /// - Parameter code: where to go on; nil = from the beginning.
    package func organisations(after code: String?, limit: Int) throws -> [Organisation] {
        try connection.rows(OrganisationSQL.all, ["after": .text(code ?? ""), "limit": .int(max(0, limit))])
            .map(Self.organisation)
    }

    package func organisations(under root: OrganisationID, limit: Int) throws -> [Organisation] {
        guard let range = try subtree(of: root) else { return [] }
        return try connection.rows(
            OrganisationSQL.under, ["from": .text(range.from), "to": .text(range.to), "limit": .int(max(0, limit))]
        ).map(Self.organisation)
    }

    /// The organisation itself and everything above it, from below.
    package func ancestors(of id: OrganisationID) throws -> [Organisation] {
        var way: [Organisation] = []
        var next: OrganisationID? = id
        while let current = next, way.count < OrganisationTree.deepest, let organisation = try organisation(current) {
            way.append(organisation)
            next = organisation.parent
        }
        return way
    }

    /// Whether an organisation is `root` or stands below it.
    package func isOrganisation(_ id: OrganisationID, under root: OrganisationID) throws -> Bool {
        guard let range = try subtree(of: root), let path = try path(of: id) else { return false }
        return path.utf8.starts(with: range.from.utf8)
    }

    /// The range of paths of an organisation and everything below it; nil when it is unknown.
    func subtree(of root: OrganisationID) throws -> (from: String, to: String)? {
        try path(of: root).map { ($0, OrganisationTree.end(of: $0)) }
    }

    private func path(of id: OrganisationID) throws -> String? {
        try connection.row(OrganisationSQL.path, ["id": .id(id)])?.text(0)
    }

    fileprivate static func organisation(_ row: SQLRow) throws -> Organisation {
        Organisation(
            id: try row.id(0), code: try row.text(1), name: try row.text(2),
            kind: Organisation.Kind(rawValue: try row.text(3)) ?? .association,
            parent: try row.textOrNil(4).map { OrganisationID($0) }, commune: try row.textOrNil(5))
    }

    fileprivate static func placed(_ row: SQLRow) throws -> (organisation: Organisation, path: String) {
        (try organisation(row), try row.text(6))
    }
}

/// The tree as it will be, with what of it is new.
struct OrganisationTree {
    struct Place {
        let entry: OrganisationEntry
        /// Nil for a new one.
        let id: OrganisationID?
        let path: String
        /// Neither the organisation nor its place is different from what is stored.
        let isUnchanged: Bool
    }

    /// Far more levels than any administration has; a circle would have no end.
    static let deepest = 32

    private var entries: [String: OrganisationEntry] = [:]
    private var stored: [String: (entry: OrganisationEntry, path: String)] = [:]
    private var ids: [String: OrganisationID] = [:]

    init(_ known: [(organisation: Organisation, path: String)]) {
        let codes = Dictionary(known.map { ($0.organisation.id, $0.organisation.code) }, uniquingKeysWith: { first, _ in first })
        for (organisation, path) in known {
            let entry = OrganisationEntry(
                code: organisation.code, name: organisation.name, kind: organisation.kind,
                parent: organisation.parent.flatMap { codes[$0] }, commune: organisation.commune)
            entries[entry.code] = entry
            stored[entry.code] = (entry, path)
            ids[entry.code] = organisation.id
        }
    }

    mutating func add(_ entry: OrganisationEntry) { entries[entry.code] = entry }
    mutating func name(_ code: String, _ id: OrganisationID) { ids[code] = id }
    func id(_ code: String) -> OrganisationID? { ids[code] }

    /// Parents before their children, then by code.
    ///
    /// - Throws: ``StoreError/conflict(_:)``.
    func topDown() throws -> [Place] {
        var places: [(depth: Int, place: Place)] = []
        for entry in entries.values {
            let way = try way(to: entry)
            let path = way.map { $0 + "/" }.joined()
            let old = stored[entry.code]
            places.append(
                (way.count, Place(entry: entry, id: ids[entry.code], path: path, isUnchanged: old?.entry == entry && old?.path == path)))
        }
        return places.sorted { ($0.depth, $0.place.entry.code) < ($1.depth, $1.place.entry.code) }.map(\.place)
    }

    /// The codes from the root down.
    private func way(to entry: OrganisationEntry) throws -> [String] {
        var way = [entry.code]
        var next = entry.parent
        while let code = next {
            guard let parent = entries[code] else { throw StoreError.conflict("the parent is unknown") }
            guard way.count < Self.deepest else { throw StoreError.conflict("the organisations stand in a circle") }
            way.append(code)
            next = parent.parent
        }
        return way.reversed()
    }

    /// The first path behind everything that begins with `path`, which ends with “/”.
    static func end(of path: String) -> String { path.dropLast() + "0" }

    /// The first path behind `path` itself.
    static func successor(of path: String) -> String { path + "\u{1}" }

    /// Behind every path: codes are made of letters, digits and few signs.
    static let endOfAll = "~"
}

enum OrganisationSQL {
    private static let columns = "id, code, name, kind, parent, commune"

    static let save = SQLStatement(
        """
        INSERT INTO organisations (id, code, name, kind, parent, commune, path)
        VALUES (:id, :code, :name, :kind, :parent, :commune, :path)
        ON CONFLICT (code) DO UPDATE SET
          name = excluded.name, kind = excluded.kind, parent = excluded.parent, commune = excluded.commune,
          path = excluded.path
        """)
    static let byID = SQLStatement("SELECT \(columns) FROM organisations WHERE id = :id")
    static let byCode = SQLStatement("SELECT \(columns) FROM organisations WHERE code = :code")
    static let byCommune = SQLStatement(
        "SELECT \(columns) FROM organisations WHERE commune = :commune AND kind = :kind ORDER BY code LIMIT 1")
    static let all = SQLStatement(
        "SELECT \(columns), path FROM organisations WHERE code > :after ORDER BY code LIMIT :limit")
    static let under = SQLStatement(
        "SELECT \(columns) FROM organisations WHERE path >= :from AND path < :to ORDER BY name, code LIMIT :limit")
    static let path = SQLStatement("SELECT path FROM organisations WHERE id = :id")
    /// The organisation at a place, or the next one behind it.
    static let next = SQLStatement(
        "SELECT id, path FROM organisations WHERE path >= :at AND path < :to ORDER BY path LIMIT 1")
}
