import Bytes
import Foundation
import Testing

@testable import EVTX

/// The differential against the `evtx` package of PyPI (the Rust crate), an implementation by other people.
///
/// Where the two differ, ours is meant, and listed here:
/// - GUIDs are `{lower-case}`; the crate writes upper case without braces.
/// - Times have seven digits; the crate writes six.
/// - An unpaired surrogate is U+FFFD; the crate drops it.
/// - A boolean that is neither 0 nor 1 is true; the crate writes the number.
/// - Named `<Data>` that repeat are numbered, and an array in one is a list; the crate keeps one of the values.
/// - Booleans of one byte and values of unknown type are read; the crate loses the values after them.
@Suite struct WheelTests {
    private static let script = """
        import sys
        from evtx import PyEvtxParser
        for path in sys.stdin.read().split("\\n"):
            try: records = PyEvtxParser(path).records_json()
            except Exception: continue
            errors = 0
            while errors < 100000:
                try: r = next(records)
                except StopIteration: break
                except Exception: errors += 1; continue
                print(path, r["event_record_id"], r["data"].replace("\\n", " "), sep="\\t")
        """

    /// Runs Python with a script and input; nil when it is not there or fails.
    private static func python(_ script: String, input: String) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let stdin = Pipe()
        let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        guard FileManager.default.createFile(atPath: output.path, contents: nil) else { return nil }
        defer { try? FileManager.default.removeItem(at: output) }
        guard let handle = try? FileHandle(forWritingTo: output) else { return nil }
        process.standardInput = stdin
        process.standardOutput = handle
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try? stdin.fileHandleForWriting.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let data = try? Data(contentsOf: output) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    private static let isInstalled = python("import evtx", input: "") != nil

    /// Records of the crate: JSON by path and record id, in order.
    private static func wheel(_ paths: [String]) throws -> [String: [UInt64: [String]]] {
        let output = try #require(python(script, input: paths.joined(separator: "\n")))
        var result: [String: [UInt64: [String]]] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 2)
            guard parts.count == 3, let id = UInt64(parts[1]) else { continue }
            result[String(parts[0]), default: [:]][id, default: []].append(String(parts[2]))
        }
        return result
    }

    @Test(.enabled(if: isInstalled))
    func ourOwnLogsAreReadAlike() throws {
        var bytes = try Samples.variedLog(records: 400)
        let types = RoundTripTests.types.filter {
            $0.text.count == 1 && $0.json != "false" && $0.value.type.rawValue < 0x40
        }
        let typed = try Samples.log(types.map { [("Value", $0.value), ("After", .uint8(1))] })
        for (name, log) in [("varied", bytes), ("typed", typed)] {
            bytes = log
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).evtx")
            try Data(bytes).write(to: path)
            defer { try? FileManager.default.removeItem(at: path) }
            let theirs = try Self.wheel([path.path])[path.path] ?? [:]
            let ours = try Decoded(path: path.path)
            #expect(theirs.values.map(\.count).reduce(0, +) == ours.records.count, "\(name)")
            for record in ours.records {
                let other = try #require(theirs[record.id]?.first, "\(name) record \(record.id)")
                let difference = try Self.difference(record.json, other)
                #expect(difference == nil, "\(name) record \(record.id)")
            }
        }
    }

    @Test(.enabled(if: isInstalled && !Samples.publicLogs.isEmpty))
    func publicLogsAreReadAlikeAndNeverLessOfThem() throws {
        let theirs = try Self.wheel(Samples.publicLogs)
        var compared = 0
        for path in Samples.publicLogs {
            let ours = try? Decoded(path: path)
            var other = theirs[path] ?? [:]
            #expect(ours?.records.count ?? 0 >= other.values.map(\.count).reduce(0, +), "\(path)")
            for record in ours?.records ?? [] where record.flags.isEmpty {
                guard var list = other[record.id], !list.isEmpty else { continue }
                let json = list.removeFirst()
                other[record.id] = list
                // A record whose two sizes differ is half overwritten; there the crate makes elements out of zeroes.
                if json.contains("\"Event\":null") { continue }
                compared += 1
                let difference = try Self.difference(record.json, json)
                #expect(difference == nil, "\(path) record \(record.id)")
            }
        }
        #expect(compared > 10_000)
    }

    // MARK: Comparison

    private static func difference(_ ours: String, _ theirs: String) throws -> String? {
        let left = try JSONSerialization.jsonObject(with: Data(ours.utf8))
        let right = try JSONSerialization.jsonObject(with: Data(theirs.utf8))
        return difference(left, right, at: "")
    }

    private static func difference(_ ours: Any, _ theirs: Any, at path: String) -> String? {
        if let ours = ours as? [String: Any], let theirs = theirs as? [String: Any] {
            for (key, value) in ours {
                guard let other = theirs[key] else {
                    if key.contains("_"), key.last?.isNumber == true { continue }
                    return "\(path)/\(key): surplus"
                }
                if let found = difference(value, other, at: "\(path)/\(key)") { return found }
            }
            return theirs.keys.first { ours[$0] == nil }.map { "\(path)/\($0): missing" }
        }
        if let ours = ours as? [Any], let theirs = theirs as? [Any] {
            guard ours.count == theirs.count else { return "\(path): \(ours.count) items, not \(theirs.count)" }
            return zip(ours, theirs).enumerated().lazy
                .compactMap { difference($1.0, $1.1, at: "\(path)/\($0)") }.first
        }
        if let ours = ours as? String, let theirs = theirs as? String {
            return normal(ours) == normal(theirs) ? nil : "\(path): \(ours) not \(theirs)"
        }
        let left = "\(ours)"
        let right = "\(theirs)"
        if left == right { return nil }
        if ours is NSNumber, theirs is NSNumber, left == "1" || left == "true", right != "0" { return nil }
        return "\(path): \(left) not \(right)"
    }

    /// A text without what the two write differently on purpose.
    private static func normal(_ text: String) -> String {
        let bytes = Array(text.utf8)
        if bytes.count == 38 || bytes.count == 36, text.filter({ $0 == "-" }).count == 4 {
            return text.lowercased().filter { $0 != "{" && $0 != "}" }
        }
        if bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"), text.hasSuffix("Z") {
            let digits = text.dropLast().prefix(26)
            return String(digits) + String(repeating: "0", count: 26 - digits.count)
        }
        return text.filter { $0 != "\u{FFFD}" }
    }
}
