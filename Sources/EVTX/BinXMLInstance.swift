import Bytes

/// A template and its values, to be written. Definitions are shared within a chunk when GUID and tree are equal.
struct BinXMLInstance: Sendable, Hashable {
    var guid: [UInt8]
    var definition: [BinXMLNode]
    var values: [EVTXWriterValue]

    /// An instance whose GUID is derived from the definition: the same tree, the same GUID, in every file.
    init(_ definition: [BinXMLNode], values: [EVTXWriterValue]) {
        self.definition = definition
        self.values = values
        guid = Self.guid(of: definition)
    }

    init(_ definition: [BinXMLNode], guid: [UInt8], values: [EVTXWriterValue]) {
        self.definition = definition
        self.values = values
        self.guid = guid
    }

    /// FNV-1a, twice with different bases: stable from run to run, unlike Hasher.
    static func guid(of nodes: [BinXMLNode]) -> [UInt8] {
        [0xCBF2_9CE4_8422_2325 as UInt64, 0x8422_2325_CBF2_9CE4].flatMap { basis in
            var hash = basis
            fold(nodes, into: &hash)
            return EVTXWriterValue.little(hash)
        }
    }

    private static func fold(_ nodes: [BinXMLNode], into hash: inout UInt64) {
        func mix(_ kind: UInt8, _ bytes: some Sequence<UInt8>) {
            hash = (hash ^ UInt64(kind)) &* 0x0000_0100_0000_01B3
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        for node in nodes {
            switch node {
            case .element(let element):
                mix(1, element.name.utf8)
                for attribute in element.attributes {
                    mix(2, attribute.name.utf8)
                    fold(attribute.value, into: &hash)
                }
                fold(element.children, into: &hash)
                mix(3, [])
            case .text(let bytes): mix(4, bytes)
            case .cdata(let bytes): mix(5, bytes)
            case .value(let type, let bytes): mix(6, [type.rawValue] + bytes)
            case .characterReference(let unit): mix(7, EVTXWriterValue.little(unit))
            case .entityReference(let name): mix(8, name.utf8)
            case .instruction(let target, let data): mix(9, Array(target.utf8) + [0] + data)
            case .substitution(let slot, let type, let optional):
                mix(10, EVTXWriterValue.little(UInt32(truncatingIfNeeded: slot)) + [type.rawValue, optional ? 1 : 0])
            case .template: mix(11, [])
            }
        }
    }
}
