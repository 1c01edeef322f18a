import Bytes

/// A definition prepared for rendering: names are bytes, JSON keys are quoted and numbered, literals are resolved.
final class RenderElement: Sendable {
    let name: [UInt8]
    /// `"Name":` or, for named `<Data>`, `"value of Name":`.
    let jsonKey: [UInt8]
    let attributes: [RenderAttribute]
    let content: [RenderContent]
    /// `<Data Name="…">` of `<EventData>`: JSON uses the name as key.
    let isNamedData: Bool
    /// `<Data>` without a name: JSON keeps its text, and that of its siblings, under `#text`.
    let isUnnamedData: Bool

    init(_ element: BinXMLElement, key: [UInt8], inEventData: Bool) {
        name = Array(element.name.utf8)
        jsonKey = key
        attributes = element.attributes.map(RenderAttribute.init)
        let isData = element.name == "Data"
        let isNamed = isData && inEventData && element.attributes.contains { $0.name == "Name" }
        isNamedData = isNamed
        isUnnamedData = isData && inEventData && !isNamed
        content = RenderContent.make(element.children, inEventData: element.name == "EventData")
    }
}

/// An attribute prepared for rendering.
struct RenderAttribute: Sendable {
    let name: [UInt8]
    let jsonKey: [UInt8]
    let content: [RenderContent]
    /// Left out when its slot is null or empty.
    let isOptional: Bool

    init(_ attribute: BinXMLAttribute) {
        name = Array(attribute.name.utf8)
        jsonKey = JSONKey.bytes(attribute.name)
        content = RenderContent.make(attribute.value, inEventData: false)
        if attribute.value.count == 1, case .substitution(_, _, true) = attribute.value[0] {
            isOptional = true
        } else {
            isOptional = false
        }
    }
}

/// One node prepared for rendering.
enum RenderContent: Sendable {
    case element(RenderElement)
    /// UTF-8, adjacent literals merged.
    case text([UInt8])
    case slot(Int)
    case value(EVTXValueType, ByteStorage)
    case instruction(target: [UInt8], data: [UInt8])

    static func make(_ nodes: [BinXMLNode], inEventData: Bool) -> [RenderContent] {
        var result: [RenderContent] = []
        var keys: [String: Int] = [:]
        for node in nodes {
            switch node {
            case .element(let element):
                var name = element.name
                var isUnnamed = false
                if inEventData, name == "Data" {
                    if let attribute = element.attributes.first(where: { $0.name == "Name" }) {
                        name = literal(attribute.value)
                    } else {
                        isUnnamed = true
                    }
                }
                let repeats = keys[name, default: 0]
                keys[name] = repeats + 1
                let key = JSONKey.bytes(repeats == 0 || isUnnamed ? name : "\(name)_\(repeats)")
                result.append(.element(RenderElement(element, key: key, inEventData: inEventData)))
            case .substitution(let slot, _, _):
                result.append(.slot(slot))
            case .value(let type, let bytes):
                result.append(.value(type, ByteStorage(bytes)))
            case .instruction(let target, let data):
                result.append(.instruction(target: Array(target.utf8), data: data))
            case .template: break
            default:
                var text: [UInt8] = []
                TemplateCompiler.appendText(of: node, to: &text)
                if case .text(let before)? = result.last {
                    result[result.count - 1] = .text(before + text)
                } else {
                    result.append(.text(text))
                }
            }
        }
        return result
    }

    private static func literal(_ nodes: [BinXMLNode]) -> String {
        var text: [UInt8] = []
        for node in nodes { TemplateCompiler.appendText(of: node, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }
}
