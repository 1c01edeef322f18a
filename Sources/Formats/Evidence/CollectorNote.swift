import Foundation

/// A small file in which a collector tells what host it ran on.
struct CollectorNote {
    /// Where it lies: as ``FoundFile/trail``.
    let trail: [String]
    /// Its first bytes.
    let head: [UInt8]

    /// Whether a file of this name is one: those of Velociraptor's offline collector and of its server's exports.
    static func isNote(_ path: String) -> Bool {
        path.hasSuffix("client_info.json") || path.hasSuffix("collection_context.json")
    }

    /// The host: the first of these members that is a name, in the object itself, then in those it holds (the server
    /// writes `os_info`, older collectors `client_info`).
    var host: String? {
        guard let value = try? JSONSerialization.jsonObject(with: Data(head)) else { return nil }
        let object = value as? [String: Any] ?? (value as? [Any])?.first as? [String: Any]
        guard let object else { return nil }
        let inner = ["os_info", "client_info"].compactMap { object[$0] as? [String: Any] }
        for object in [object] + inner {
            for key in ["Fqdn", "fqdn", "Hostname", "hostname"] {
                if let name = object[key] as? String, HostName.isPlausible(name) { return name }
            }
        }
        return nil
    }
}
