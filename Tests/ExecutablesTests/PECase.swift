import Bytes
import Executables
import TestKit
import Testing

/// A change to the sample image and the TLS codes it must give, no more and no fewer.
struct PECase: Sendable, CustomTestStringConvertible {
    var name: String
    var machine: UInt16
    var codes: [String]
    var change: @Sendable (inout PEWriter) -> Void

    init(
        _ name: String, _ codes: [String] = [], machine: UInt16 = 0x8664,
        _ change: @escaping @Sendable (inout PEWriter) -> Void = { _ in }
    ) {
        self.name = name
        self.machine = machine
        self.codes = codes
        self.change = change
    }

    var testDescription: String { name }

    func bytes() -> [UInt8] {
        var writer = PEWriter(machine: machine)
        change(&writer)
        return writer.bytes()
    }
}

extension PEReport {
    init(_ bytes: [UInt8], limits: PELimits = PELimits()) throws(PEError) {
        try self.init(inspecting: bytes.span.bytes, limits: limits)
    }

    /// Codes of the checks of TLS, sorted.
    var tlsCodes: [String] { findings.map(\.code).filter { $0.hasPrefix("TLS-") }.sorted() }

    func finding(_ code: String) -> Finding? { findings.first { $0.code == code } }
}
