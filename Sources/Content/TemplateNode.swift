/// The parsed shape of a template, kept beside the compiled one to know what values it needs.
indirect enum TemplateNode: Sendable, Equatable {
    case variable(TemplateName, line: Int)
    case section(TemplateName, inverted: Bool, line: Int, [TemplateNode])
}

/// `name`, `.` or `transform(name)`.
struct TemplateName: Sendable, Equatable {
    /// Empty for a transform of the place in a list, `{{#last()}}`.
    var path: String
    var transforms: [String]

    static let transformsOfPlace: Set<String> = ["first", "last", "index", "even", "odd"]
    static let transformsOfText: Set<String> = ["lowercased", "uppercased", "capitalized"]
    static let transformsOfNumber: Set<String> = ["plusone"]
    static let transformsOfList: Set<String> = ["count", "empty"]
    static let allTransforms = transformsOfPlace.union(transformsOfText).union(transformsOfNumber)
        .union(transformsOfList)
}

/// Why a template is refused.
struct TemplateFault: Error, Equatable {
    /// From 0, within the template.
    var line: Int
    var message: String
    var mend: String
}
