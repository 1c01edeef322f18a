import Executables
import Testing

@Suite struct FindingTests {
    @Test("severities and confidences are ordered")
    func order() {
        #expect(Finding.Severity.allCases == Finding.Severity.allCases.sorted())
        #expect(Finding.Confidence.possible < .likely && .likely < Finding.Confidence.certain)
    }
}
