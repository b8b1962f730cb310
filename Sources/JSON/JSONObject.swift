/// The members of a JSON object in their order, each key once.
///
/// Keys are compared scalar by scalar: two spellings of "é" are two keys, as they are for every other JSON reader.
package struct JSONObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let key: String
        package var value: JSONValue
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// For the parser, which has refused repeated keys.
    init(unique members: [Member]) { self.members = members }

    /// Members in the order given. A repeated key keeps its last value.
    package init(_ members: KeyValuePairs<String, JSONValue>) {
        for (key, value) in members { self[key] = value }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }
    package var keys: [String] { members.map(\.key) }

    /// Reading looks through the members in order. Writing replaces the value in its place or appends a member;
    /// nil removes it.
    package subscript(key: String) -> JSONValue? {
        get { members.first { Self.same($0.key, key) }?.value }
        set {
            let index = members.firstIndex { Self.same($0.key, key) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    func value(key: Substring.UTF8View) -> JSONValue? {
        members.first { $0.key.utf8.count == key.count && $0.key.utf8.elementsEqual(key) }?.value
    }

    static func same(_ lhs: String, _ rhs: String) -> Bool {
        lhs.utf8.count == rhs.utf8.count && lhs.utf8.elementsEqual(rhs.utf8)
    }
}
