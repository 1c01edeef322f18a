import Bytes
import Testing

@testable import EVTX

/// Crafted logs run into ``EVTXLimits``, not into the machine.
@Suite struct LimitTests {
    private func element(_ name: String, _ children: [BinXMLNode]) -> BinXMLNode {
        .element(BinXMLElement(name: name, attributes: [], children: children))
    }

    private func decode(_ body: EVTXWriterValue.Content, _ change: (inout EVTXLimits) -> Void = { _ in }) throws
        -> Decoded
    {
        var options = EVTXDecoder.Options()
        change(&options.limits)
        return try Decoded(Samples.log([body]), options: options)
    }

    @Test func nestingOfElementsIsBounded() throws {
        func nested(_ depth: Int) -> BinXMLNode {
            (0..<depth).reduce(element("x", [])) { inner, _ in element("x", [inner]) }
        }
        #expect(try decode(.fragment([nested(50)])).codes == [])
        #expect(try decode(.fragment([nested(100)])).codes == [.limit])
        #expect(try decode(.instance(BinXMLInstance([nested(100)], values: []))).codes == [.templateMissing])
    }

    @Test func nestingOfFragmentsIsBounded() throws {
        func nested(_ depth: Int) -> BinXMLInstance {
            let slot = BinXMLNode.substitution(slot: 0, type: .binXML, optional: false)
            return (0..<depth).reduce(BinXMLInstance([element("x", [])], values: [])) { inner, _ in
                BinXMLInstance([element("x", [slot])], values: [.init(.instance(inner))])
            }
        }
        #expect(try decode(.instance(nested(40))).codes == [])
        let deep = try decode(.instance(nested(90)))
        #expect(deep.codes == [.limit])
        #expect(deep.records.map(\.flags) == [.incomplete])
        #expect(try decode(.instance(nested(10))) { $0.instancesPerRecord = 5 }.codes == [.limit])
    }

    @Test func numbersOfNodesAndValuesAreBounded() throws {
        let many = (0..<200).map { _ in element("x", []) }
        #expect(try decode(.fragment([element("Event", many)])).codes == [])
        #expect(try decode(.fragment([element("Event", many)])) { $0.nodes = 100 }.codes == [.limit])
        let values = [EVTXWriterValue](repeating: .uint8(1), count: 50)
        let instance = BinXMLInstance([element("Event", [])], values: values)
        #expect(try decode(.instance(instance)).codes == [])
        #expect(try decode(.instance(instance)) { $0.values = 49 }.codes == [.recordBody])
    }

    @Test func longNamesAreRefused() throws {
        let name = String(repeating: "n", count: 2000)
        #expect(try decode(.fragment([element(name, [])])).codes == [.recordBody])
        #expect(try decode(.fragment([element(name, [])])) { $0.nameLength = 2000 }.codes == [])
    }

    @Test func aDefinitionThatHoldsItselfEnds() throws {
        // In the definition's place for a literal, put an instance of the definition: 0C 01 id offset 00000000.
        let marker = [UInt8](repeating: 0x5A, count: 13)
        let instance = BinXMLInstance([element("Event", [.value(.binary, marker)])], values: [])
        var bytes = try Samples.log([.instance(instance)])
        let place = try #require((0..<(bytes.count - 20)).first { bytes[$0] == 0x5A && bytes[$0 + 12] == 0x5A })
        // `05 0E length16` and the marker: 17 bytes for an instance of 14 and a character reference of 3.
        let start = place - 4
        let definition = UInt32(512 + 24 + 4 + 10)
        var loop: [UInt8] = [0x0C, 1] + instance.guid[0..<4] + EVTXWriterValue.little(definition)
        loop += EVTXWriterValue.little(UInt32(0)) + [0x08, 0x41, 0]
        for (index, byte) in loop.enumerated() { bytes[start + index] = byte }
        let log = try Decoded(bytes)
        #expect(log.codes == [.chunkDataChecksum, .limit])
    }

    @Test func expansionIsBounded() throws {
        // Sixteen uses of a fragment that uses a fragment sixteen times, and so on: 16^6 elements when expanded.
        func bomb(_ depth: Int) -> BinXMLInstance {
            let slots = [BinXMLNode](repeating: .substitution(slot: 0, type: .binXML, optional: false), count: 16)
            let dynamic = BinXMLNode.element(
                BinXMLElement(
                    name: "Data",
                    attributes: [
                        BinXMLAttribute(name: "Name", value: [.substitution(slot: 1, type: .string, optional: false)])
                    ],
                    children: []))
            let nodes = [element("Event", [element("EventData", [dynamic] + slots)])]
            let inner: EVTXWriterValue = depth == 0 ? .null : .init(.instance(bomb(depth - 1)))
            return BinXMLInstance(nodes, values: [inner, .string("x")])
        }
        let log = try decode(.instance(bomb(6)))
        #expect(log.codes == [.limit])
    }

    @Test func theTemplateCacheIsEmptiedAndTablesCanFollow() throws {
        var options = EVTXDecoder.Options()
        options.limits.templates = 8
        let decoder = EVTXDecoder(options: options)
        var seen = 0
        for round in 0..<10 {
            let bytes = try Samples.log((0..<3).map { [("Field \(round) \($0)", .uint8(1))] })
            let log = try Decoded(bytes, decoder: decoder)
            #expect(log.records.count == 3)
            #expect(log.defects == [])
            seen = max(seen, decoder.templates.count)
        }
        #expect(seen <= 16)
        #expect(decoder.generation >= 2)
    }

    @Test func usesOfOneValueAreBounded() throws {
        func event(_ uses: Int) -> EVTXWriterValue.Content {
            let data = (0..<uses).map { index in
                BinXMLNode.element(
                    BinXMLElement(
                        name: "Data",
                        attributes: [BinXMLAttribute(name: "Name", value: [.text(Array("N\(index)".utf8))])],
                        children: [.substitution(slot: 0, type: .string, optional: false)]))
            }
            return .instance(
                BinXMLInstance([element("Event", [element("EventData", data)])], values: [.string("long")]))
        }
        #expect(try decode(event(64)).codes == [])
        #expect(try decode(event(65)).codes == [.limit])
    }

    @Test func expansionOfAWholeChunkIsBounded() throws {
        let dynamic = BinXMLNode.element(
            BinXMLElement(
                name: "Data",
                attributes: [
                    BinXMLAttribute(name: "Name", value: [.substitution(slot: 0, type: .string, optional: false)])
                ], children: []))
        let nodes = [element("Event", [element("EventData", [dynamic])])]
        var options = EVTXDecoder.Options()
        options.limits.expandedNodesPerChunk = 100
        let log = try Decoded(
            Samples.log((0..<50).map { .instance(BinXMLInstance(nodes, values: [.string("N\($0)")])) }),
            options: options)
        #expect(log.records.count < 50 && log.records.count > 10)
        #expect(log.codes.contains(.limit))
    }

    @Test func heavyTemplatesEmptyTheCache() throws {
        var options = EVTXDecoder.Options()
        options.limits.templateBytes = 10_000
        let decoder = EVTXDecoder(options: options)
        for round in 0..<5 {
            let name = String(repeating: "n", count: 500)
            let bytes = try Samples.log((0..<10).map { [("\(name) \(round) \($0)", .uint8(1))] })
            #expect(try Decoded(bytes, decoder: decoder).defects == [])
        }
        #expect(decoder.generation >= 2)
    }
}
