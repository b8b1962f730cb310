import Core
import Programmes
import Testing

@Suite struct IntakeTests {
    @Test func `Safety is asked first, in every voice`() {
        for voice in IntakeVoice.allCases {
            #expect(Intake.next(after: [], voice: voice, knowsPlace: false) == .safeNow)
            #expect(Array(Intake.questions(for: voice).prefix(3)) == [.safeNow, .harm, .story])
        }
    }

    @Test func `A child is asked less than a teacher, and only a teacher what the school has done`() {
        let pupil = Intake.questions(for: .pupil)
        #expect(!pupil.contains(.known) && !pupil.contains(.schoolActions))
        #expect(!Intake.questions(for: .bystander).contains(.known))
        #expect(Intake.questions(for: .parent).contains(.known) && !Intake.questions(for: .parent).contains(.schoolActions))
        #expect(Intake.questions(for: .teacher).last == .schoolActions)
    }

    @Test func `The school is not asked for when the commune is known`() {
        let done: [IntakeQuestion] = [.safeNow, .harm, .story, .when, .place]
        #expect(Intake.next(after: done, voice: .pupil, knowsPlace: false) == .school)
        #expect(Intake.next(after: done, voice: .pupil, knowsPlace: true) == .victim)
    }

    @Test func `After the last question there is none`() {
        for voice in IntakeVoice.allCases {
            #expect(Intake.next(after: Intake.questions(for: voice), voice: voice, knowsPlace: false) == nil)
        }
    }

    @Test(arguments: [
        (IntakeQuestion.safeNow, ["not_safe"], Triage.Level.s3, Triage.Level.s1), (.safeNow, ["safe"], .s3, .s3),
        (.harm, ["weapon"], .s3, .s1), (.harm, ["self_harm"], .s2, .s1), (.harm, ["hurt"], .s3, .s2), (.harm, ["hurt"], .s2, .s1),
        (.harm, ["none"], .s2, .s2), (.when, ["now"], .s3, .s1), (.when, ["longer", "many"], .s3, .s2), (.when, ["once"], .s3, .s3),
        (.age, ["7_10"], .s2, .s1), (.age, ["under_7"], .s3, .s2), (.age, ["11_15"], .s2, .s2), (.accused, ["family"], .s3, .s1),
        (.accused, ["adult_at_school"], .s3, .s2), (.accused, ["adult_at_school"], .s2, .s1), (.accused, ["pupil"], .s2, .s2),
        (.tonight, ["yes"], .s3, .s1), (.tonight, ["unknown"], .s2, .s2),
    ])
    func `Answers raise the level as the rubric says`(
        _ question: IntakeQuestion, _ codes: [String], _ from: Triage.Level, _ to: Triage.Level
    ) {
        #expect(Intake.level(from, after: question, codes, categories: [], hasRaised: false) == to)
    }

    @Test func `An adult whom triage found already is not counted twice`() {
        #expect(Intake.level(.s2, after: .accused, ["adult_at_school"], categories: ["adult"], hasRaised: false) == .s2)
    }

    @Test func `One question raises by one once, however often it is corrected`() {
        #expect(Intake.level(.s2, after: .age, ["under_7"], categories: [], hasRaised: true) == .s2)
    }

    @Test func `Nothing ever lowers a level`() {
        for question in IntakeQuestion.allCases {
            for code in Set(IntakeVoice.allCases.flatMap { question.options(for: $0) }) {
                for level in Triage.Level.allCases {
                    for raised in [true, false] {
                        #expect(Intake.level(level, after: question, [code], categories: [], hasRaised: raised) >= level)
                    }
                }
            }
        }
    }

    @Test func `Contradicting choices leave the graver ones`() {
        #expect(IntakeQuestion.consistent(["none", "weapon"]) == ["weapon"])
        #expect(IntakeQuestion.consistent(["none", "unknown"]) == ["none"])
        #expect(IntakeQuestion.consistent(["hurt", "weapon"]) == ["hurt", "weapon"])
        #expect(IntakeQuestion.consistent([]) == [])
    }

    @Test func `Who is harmed decides how the rest is asked`() {
        #expect(Intake.voice(.parent, victim: "other") == .bystander)
        #expect(Intake.voice(.pupil, victim: "other") == .bystander)
        #expect(Intake.voice(.parent, victim: "self") == .pupil)
        #expect(Intake.voice(.parent, victim: "own_child") == .parent)
        #expect(Intake.voice(.teacher, victim: "other") == .teacher)
    }
}
