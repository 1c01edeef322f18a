import Foundation

/// Writes the first corpus: bodies of records as the writer makes them, and a whole small log.
enum Seeds {
    static func write(to folder: String) throws {
        let system = EVTXWriter.System(
            provider: "P", providerGuid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}", eventID: 7, channel: "C",
            computer: "h", nanoseconds: 0)
        let events = [
            EVTXWriter.Event(system: system, eventData: [("A", .string("x")), (nil, .strings(["a", "b"]))]),
            EVTXWriter.Event(system: system, userData: "U", namespace: "n", fields: [("F", .sid("S-1-5-18"))]),
        ]
        for (index, event) in events.enumerated() {
            var writer = EVTXWriter()
            try writer.add(event)
            let log = writer.finish()
            let used = 4096 + 512 + 3000
            try Data(log[0..<used]).write(to: URL(fileURLWithPath: "\(folder)/log\(index)"))
            // A body starts with 0F: make the first byte even so that it is taken as a body.
            try Data([0] + log[(4096 + 512 + 24)..<used]).write(to: URL(fileURLWithPath: "\(folder)/body\(index)"))
        }
    }
}
