import Bytes
import Foundation
import Testing

// Serialized: one test fills the process-wide table of windows, which would turn the others into copies.
@Suite(.serialized) struct MappedFileTests {
    private func scratch(_ bytes: Int) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func windowsGiveTheBytesAtAnyOffset() throws {
        let path = try scratch(20_000)
        defer { unlink(path) }
        let file = try MappedFile(path: path)
        #expect(file.size == 20_000)
        for (offset, length) in [(0, 20_000), (1, 4096), (4095, 2), (8193, 11_807), (20_000, 0), (0, 0)] {
            let window = try file.window(offset: offset, length: length)
            #expect(window.count == length)
            for index in 0..<length {
                guard window.bytes.uint8(at: index) != UInt8(truncatingIfNeeded: offset + index) else { continue }
                Issue.record("byte \(index) of window \(offset)")
                break
            }
        }
    }

    @Test func whatCannotBeMappedIsRefusedWithItsReason() throws {
        let empty = try scratch(0)
        defer { unlink(empty) }
        let pipe = empty + ".pipe"
        mkfifo(pipe, 0o600)
        defer { unlink(pipe) }
        for (path, code) in [
            (empty, FileError.Code.isEmpty), (pipe, .notRegular), ("/", .isDirectory), (empty + ".no", .cannotOpen),
        ] {
            let error = #expect(throws: FileError.self) { _ = try MappedFile(path: path) }
            #expect(error?.code == code)
            #expect(error?.description.hasPrefix(path) == true)
        }
    }

    @Test func rangesOutsideTheFileAreRefused() throws {
        let path = try scratch(100)
        defer { unlink(path) }
        let file = try MappedFile(path: path)
        for (offset, length) in [(0, 101), (-1, 10), (100, 1), (Int.max, 1), (1, Int.max)] {
            let error = #expect(throws: FileError.self) { _ = try file.window(offset: offset, length: length) }
            #expect(error?.code == .outOfRange)
        }
    }

    @Test func aFileThatShrinksWhileMappedReadsAsZeroes() throws {
        let path = try scratch(64 * 4096)
        defer { unlink(path) }
        let file = try MappedFile(path: path)
        let window = try file.window(offset: 0, length: file.size)
        #expect(window.bytes.uint8(at: 5) == 5)
        truncate(path, 2 * 4096)
        #expect(window.bytes.uint8(at: 10 * 4096 + 7) == 0)
        #expect(window.bytes.uint8(at: 63 * 4096 + 7) == 0)
        #expect(file.hasShrunk)
        #expect(throws: FileError.self) { _ = try file.window(offset: 0, length: 64 * 4096) }
    }

    @Test func windowsBeyondTheGuardsTableAreCopies() throws {
        let path = try scratch(100)
        defer { unlink(path) }
        let file = try MappedFile(path: path)
        let windows = try (0..<5000).map { _ in try file.window(offset: 3, length: 10) }
        #expect(windows.allSatisfy { $0.count == 10 && $0.bytes.uint8(at: 9) == 12 })
    }
}
