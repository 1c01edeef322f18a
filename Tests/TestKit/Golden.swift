import Foundation

/// Texts that must not change unnoticed, kept under Tests/Goldens and reviewed in the diff.
///
/// `UPDATE_GOLDEN=1 swift test` writes what the code now says; without it a difference fails the test:
///
///     #expect(Golden.difference(of: text, from: "sinks/table-80.txt") == nil)
public enum Golden {
    /// `nil` if `text` equals the golden file; else what differs first, in words.
    public static func difference(of text: String, from name: String, testFile: String = #filePath) -> String? {
        let file = folder(near: testFile).appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { return update(file, with: text) }
        guard let data = try? Data(contentsOf: file) else {
            return "\(name) is missing; run with UPDATE_GOLDEN=1 and review it"
        }
        let expected = String(decoding: data, as: UTF8.self)
        guard expected != text else { return nil }
        let ours = text.split(separator: "\n", omittingEmptySubsequences: false)
        let theirs = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(ours.count, theirs.count) {
            let now = index < ours.count ? String(ours[index]) : "(end)"
            let then = index < theirs.count ? String(theirs[index]) : "(end)"
            if now != then { return "\(name):\(index + 1) was \(then.debugDescription), is \(now.debugDescription)" }
        }
        return "\(name) differs"
    }

    private static func folder(near testFile: String) -> URL {
        var url = URL(fileURLWithPath: testFile)
        while url.lastPathComponent != "Tests", url.path != "/" { url.deleteLastPathComponent() }
        return url.appendingPathComponent("Goldens")
    }

    private static func update(_ file: URL, with text: String) -> String? {
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return nil
        } catch {
            return "cannot write \(file.lastPathComponent): \(error)"
        }
    }
}
