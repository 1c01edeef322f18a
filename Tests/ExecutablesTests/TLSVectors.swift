import Bytes
import Executables
import Foundation

/// The shared vectors of thread-local storage, when they are there.
enum TLSVectors {
    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"].map { URL(fileURLWithPath: $0) }
        var root = URL(fileURLWithPath: #filePath)
        while root.lastPathComponent != "Tests", root.path != "/" { root.deleteLastPathComponent() }
        let besides = root.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
        return [environment, besides].compactMap { $0?.appendingPathComponent("data") }
            .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("tls").path) }
    }()

    static var exist: Bool { folder != nil }

    /// The bytes of a file below the data folder; nil when it is absent.
    static func bytes(_ path: String) -> [UInt8]? {
        folder.flatMap { try? Data(contentsOf: $0.appendingPathComponent(path)) }.map { [UInt8]($0) }
    }

    static func storage(_ path: String) -> ByteStorage? { bytes(path).map { ByteStorage($0) } }
}

extension [Finding] {
    /// Codes of findings that matter (medium and above), sorted, each once.
    var alarms: [String] { Set(filter { $0.severity >= .medium }.map(\.code)).sorted() }

    func first(_ code: String) -> Finding? { first { $0.code == code } }

    /// One line each, for a failing test.
    var lines: String { map { "\($0.code) \($0.severity): \($0.why)" }.joined(separator: "\n") }
}

extension ELFReport {
    /// The report of a file in an array.
    init?(_ bytes: [UInt8]) { self.init(bytes.span.bytes) }
}

/// Numbers with a fixed seed.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        // splitmix64
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
