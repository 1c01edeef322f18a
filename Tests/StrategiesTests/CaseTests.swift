import Engine
import Testing

@Suite struct CaseTests {
    @Test func everyRuleOfTheBuiltInStrategiesFiresOnItsSamplesAndIsSilentOnItsNearMisses() async throws {
        let outcomes = await CaseRunner(book: try await RuleLoader.load(CaseRunner.options())).runAll()
        #expect(outcomes.count >= 100)
        for outcome in outcomes where !outcome.passed {
            Issue.record(
                "\(outcome.path): \(outcome.problem ?? (outcome.fired ? "fired" : "did not fire")): \(outcome.note)")
        }
    }
}
