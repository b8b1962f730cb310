import ArgumentParser
import Core
import Programmes
import Store

/// Who gets a broadcast, as it is written on the command line.
struct AudienceOptions: ParsableArguments {
    @Option(help: "parent, pupil, teacher or staff; several with commas. Default: all of them.")
    var role: String?

    @Option(help: "Code of an organisation: its people and those of everything below it.")
    var organisation: String?

    @Option(help: "Only this school class, for example 6A.")
    var schoolClass: String?

    @Option(
        name: .customLong("class"),
        help: "Code of a life-skills class: the guardians of its children, of those who belong to what else is named.")
    var lifeSkillsClass: String?

    @Flag(help: "The people of all organisations.")
    var everybody = false

    mutating func validate() throws {
        guard organisation != nil || lifeSkillsClass != nil || everybody else {
            throw ValidationError("Say who gets it: --organisation CODE, --class CODE or --everybody.")
        }
        if everybody, organisation != nil || lifeSkillsClass != nil {
            throw ValidationError("--everybody goes neither with --organisation nor with --class.")
        }
        if lifeSkillsClass != nil, (role ?? "parent") != "parent" {
            throw ValidationError("--class means the guardians of its children; other roles do not go with it.")
        }
        if let wrong = roles.first(where: { !Membership.roles.contains($0) }) {
            throw ValidationError("There is no role “\(wrong)”: \(Membership.roles.joined(separator: ", ")).")
        }
        if let schoolClass, Membership.normalised(schoolClass: schoolClass)?.isEmpty ?? true {
            throw ValidationError("“\(schoolClass)” is not a school class.")
        }
    }

    private var roles: [String] {
        (role ?? "").lowercased().split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }

    /// - Throws: exit code 1 when there is no such organisation or class.
    func audience(in store: Store) async throws -> Audience {
        var course: ClassID?
        if let lifeSkillsClass {
            guard let listing = try await store.read({ tx in try tx.listing(code: lifeSkillsClass) }) else {
                Console.words("There is no class “\(lifeSkillsClass)”.")
                throw Exit.failed
            }
            course = listing.offer.id
        }
        var root: OrganisationID?
        if let organisation {
            guard let found = try await store.read({ tx in try tx.organisation(code: organisation) }) else {
                Console.words("There is no organisation “\(organisation)”: nhipcau organisations export shows all.")
                throw Exit.failed
            }
            root = found.id
        }
        return Audience(
            roles: roles, organisation: root, schoolClass: schoolClass.flatMap { Membership.normalised(schoolClass: $0) },
            lifeSkillsClass: course)
    }
}
