import Bytes

/// Flattens a tree with substitutions into fields.
///
/// ```
///   <Event><System><Provider Name={3}/><EventID Qualifiers={0}>{1}</EventID></System>{12: binXML}</Event>
///   → Provider_Name: slot 3 · EventID_Qualifiers: slot 0 · EventID: slot 1 ·   (slot 12 is content of `event`)
///   <EventData><Data Name="Image">{4}</Data><Data>{5}</Data></EventData>
///   → Image: slot 4 · Data: slot 5
/// ```
struct TemplateCompiler {
    private(set) var fields: [EVTXField] = []
    private(set) var slotContexts: [BinXMLContext] = []
    private(set) var isIrregular = false
    /// How often the slot that is used most is used.
    private(set) var maximumSlotUses = 0
    private var slotUses: [Int] = []

    /// Elements of `<System>` that have attributes only; without text they are no fields.
    private static let attributeOnly: Set<String> = ["Provider", "TimeCreated", "Correlation", "Execution", "Security"]

    mutating func compile(_ nodes: [BinXMLNode], in context: BinXMLContext) {
        for node in nodes {
            switch node {
            case .element(let element): compile(element, in: context)
            case .substitution(let slot, _, _): mark(slot, context)
            case .template: isIrregular = true
            default: break
            }
        }
    }

    private mutating func compile(_ element: BinXMLElement, in context: BinXMLContext) {
        switch (context, element.name) {
        case (.document, "Event"): compile(element.children, in: .event)
        case (.event, "System"): compile(element.children, in: .system)
        case (.event, "UserData"): compile(element.children, in: .userDataWrapper)
        case (.event, "EventData"):
            attributes(of: element, prefix: "EventData", in: .eventData)
            compile(element.children, in: .eventData)
        default: leaf(element, in: context)
        }
    }

    /// An element whose text is a field.
    private mutating func leaf(_ element: BinXMLElement, in context: BinXMLContext) {
        var name = element.name
        var isNamed = false
        if context == .eventData, name == "Data", let attribute = element.attributes.first(where: { $0.name == "Name" })
        {
            isNamed = true
            switch Self.content(attribute.value) {
            case .literal(let bytes): name = String(decoding: bytes, as: UTF8.self)
            default: isIrregular = true
            }
        } else if context != .userDataWrapper {
            attributes(of: element, prefix: name, in: context)
        }
        let inner: BinXMLContext = context == .userDataWrapper ? .userData : context == .document ? .other : context
        var texts: [BinXMLNode] = []
        var hasElements = false
        for child in element.children {
            switch child {
            case .element(let child):
                hasElements = true
                compile(child, in: inner)
            case .template: isIrregular = true
            case .instruction: break
            case .substitution(let slot, _, _):
                mark(slot, inner)
                texts.append(child)
            default: texts.append(child)
            }
        }
        if texts.isEmpty {
            if hasElements || (!isNamed && (!element.attributes.isEmpty || element.dropsAttributes)) { return }
            if context == .system, Self.attributeOnly.contains(name) { return }
        } else if hasElements, Self.isBlank(texts) {
            return
        }
        for content in Self.contents(texts) { append(name, in: context, content: content) }
    }

    private mutating func attributes(of element: BinXMLElement, prefix: String, in context: BinXMLContext) {
        for attribute in element.attributes where attribute.name != "xmlns" && !attribute.name.hasPrefix("xmlns:") {
            var isOptional = false
            if attribute.value.count == 1, case .substitution(_, _, true) = attribute.value[0] { isOptional = true }
            for node in attribute.value {
                if case .template = node { isIrregular = true }
            }
            append(
                prefix + "_" + attribute.name, in: context, isAttribute: true, isAbsentWhenNull: isOptional,
                content: Self.content(attribute.value))
        }
    }

    private mutating func append(
        _ name: String, in context: BinXMLContext, isAttribute: Bool = false, isAbsentWhenNull: Bool = false,
        content: EVTXField.Content
    ) {
        var name = name
        let section = context.section
        if section != .system, EVTXSystemField.byName[name] != nil { name = "EventData_" + name }
        countUses(content)
        fields.append(
            EVTXField(
                name: name, section: section, isAttribute: isAttribute, isAbsentWhenNull: isAbsentWhenNull,
                content: content))
        guard section != .system, name.utf8.contains(UInt8(ascii: " ")) else { return }
        fields.append(
            EVTXField(
                name: name.filter { $0 != " " }, section: section, isAttribute: isAttribute, isAlias: true,
                isAbsentWhenNull: isAbsentWhenNull, content: content))
    }

    private mutating func countUses(_ content: EVTXField.Content) {
        func count(_ slot: Int) {
            while slotUses.count <= slot { slotUses.append(0) }
            slotUses[slot] += 1
            maximumSlotUses = max(maximumSlotUses, slotUses[slot])
        }
        switch content {
        case .slot(let slot): count(slot)
        case .literal: break
        case .pieces(let pieces):
            for case .slot(let slot) in pieces { count(slot) }
        }
    }

    private mutating func mark(_ slot: Int, _ context: BinXMLContext) {
        while slotContexts.count <= slot { slotContexts.append(.none) }
        // A fragment in a slot that is used twice is flattened once, where it stands first.
        if slotContexts[slot] == .none { slotContexts[slot] = context }
    }

    private static func isBlank(_ nodes: [BinXMLNode]) -> Bool {
        nodes.allSatisfy { node in
            guard case .text(let bytes) = node else { return false }
            return bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        }
    }

    /// One content per value: an array that is the whole text gives one per item.
    private static func contents(_ nodes: [BinXMLNode]) -> [EVTXField.Content] {
        guard nodes.count == 1, case .value(let type, let bytes) = nodes[0], type.isArray else {
            return [content(nodes)]
        }
        let storage = ByteStorage(bytes)
        var items: [EVTXField.Content] = []
        EVTXText.forEachItem(type, storage.bytes, at: 0, length: bytes.count) { type, offset, length in
            var text: [UInt8] = []
            EVTXText.append(type, storage.bytes, at: offset, length: length, to: &text)
            items.append(.literal(text))
        }
        return items.isEmpty ? [.literal([])] : items
    }

    private static func content(_ nodes: [BinXMLNode]) -> EVTXField.Content {
        var pieces: [EVTXField.Piece] = []
        var literal: [UInt8] = []
        for node in nodes {
            if case .substitution(let slot, _, _) = node {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.slot(slot))
            } else {
                appendText(of: node, to: &literal)
            }
        }
        guard let first = pieces.first else { return .literal(literal) }
        if pieces.count == 1, literal.isEmpty, case .slot(let slot) = first { return .slot(slot) }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return .pieces(pieces)
    }

    /// Appends the characters that a text-like node stands for.
    static func appendText(of node: BinXMLNode, to output: inout [UInt8]) {
        switch node {
        case .text(let bytes), .cdata(let bytes): output.append(contentsOf: bytes)
        case .value(let type, let bytes):
            let storage = ByteStorage(bytes)
            EVTXText.append(type, storage.bytes, at: 0, length: bytes.count, to: &output)
        case .characterReference(let unit):
            let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
            output.append(contentsOf: String(Character(scalar)).utf8)
        case .entityReference(let name):
            switch name {
            case "amp": output.append(UInt8(ascii: "&"))
            case "lt": output.append(UInt8(ascii: "<"))
            case "gt": output.append(UInt8(ascii: ">"))
            case "quot": output.append(UInt8(ascii: "\""))
            case "apos": output.append(UInt8(ascii: "'"))
            default: output.append(contentsOf: "&\(name);".utf8)
            }
        case .element, .instruction, .substitution, .template: break
        }
    }
}
