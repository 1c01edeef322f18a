import Bytes

/// A definition compiled for JSON: a flat list of steps that append prepared bytes and values.
///
/// ```
///   <System><Provider Name={3} Guid={4?}/><EventID>{1}</EventID>…</System>{12: binXML}
///   → literal `"System":{"Provider":` · attributes [Name: 3, Guid: 4] · literal `,"EventID":` · value 1 … literal `}`
///     · members 12
/// ```
/// Whatever does not fit these steps is one `element` step, which ``JSONRenderer`` walks; it is also the twin that the
/// tests compare the whole program with.
struct JSONProgram: Sendable {
    enum Step: Sendable {
        /// Appends `pool[start ..< start + count]`.
        case literal(start: Int32, count: Int32)
        /// A slot as value of an element; `isNamedData` decides between `null` and `""`.
        case value(slot: Int32, isNamedData: Bool)
        /// The object of an element whose attributes are all slots, then its text, if any (-1: none).
        case attributes(first: Int32, count: Int32, text: Int32)
        /// The elements of a fragment in a slot as further members.
        case members(slot: Int32)
        /// An element that is walked: its value.
        case element(Int32)
        /// All unnamed `<Data>` of `lists[index]`.
        case unnamedData(Int32)
    }

    /// An attribute whose value is one slot: `"Name":` at `start ..< start + count` of the pool.
    struct Attribute: Sendable {
        var slot: Int32
        var start: Int32
        var count: Int32
    }

    private(set) var steps: [Step] = []
    private(set) var pool: [UInt8] = []
    private(set) var attributes: [Attribute] = []
    private(set) var elements: [RenderElement] = []
    private(set) var lists: [[RenderContent]] = []
    /// Whether the program can be used: false when members do not come after at least one other.
    private(set) var isUsable = true
    /// Whether there is any member at all.
    var isEmpty: Bool { steps.isEmpty }

    init(_ content: [RenderContent]) { appendMembers(content, isFirst: true) }

    private mutating func literal(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        let start = Int32(pool.count)
        pool.append(contentsOf: bytes)
        if case .literal(let before, let count)? = steps.last, before + count == start {
            steps[steps.count - 1] = .literal(start: before, count: count + Int32(bytes.count))
        } else {
            steps.append(.literal(start: start, count: Int32(bytes.count)))
        }
    }

    private mutating func appendMembers(_ content: [RenderContent], isFirst: Bool) {
        var isFirst = isFirst
        var hasUnnamedData = false
        for node in content {
            switch node {
            case .element(let element):
                if element.isUnnamedData {
                    if hasUnnamedData { continue }
                    hasUnnamedData = true
                }
                if !isFirst { literal(",".utf8) }
                isFirst = false
                literal(element.jsonKey)
                if element.isUnnamedData {
                    steps.append(.unnamedData(Int32(lists.count)))
                    lists.append(content)
                } else {
                    appendValue(of: element)
                }
            case .slot(let slot):
                if isFirst { isUsable = false }
                steps.append(.members(slot: Int32(slot)))
            default: continue
            }
        }
    }

    private mutating func appendValue(of element: RenderElement) {
        let isPlain = element.isNamedData || element.attributes.isEmpty
        if element.content.isEmpty, isPlain { return literal((element.isNamedData ? "\"\"" : "null").utf8) }
        if element.content.count == 1, case .slot(let slot) = element.content[0], isPlain {
            return steps.append(.value(slot: Int32(slot), isNamedData: element.isNamedData))
        }
        if !isPlain, appendAttributes(of: element) { return }
        let isStructure = element.content.allSatisfy { if case .element = $0 { true } else { false } }
        let slots = element.content.filter { if case .slot = $0 { true } else { false } }
        let hasFirst = if case .element? = element.content.first { true } else { false }
        let isMixed =
            !isStructure && slots.count == 1 && hasFirst && slots.count + elementCount(element) == element.content.count
        guard !element.content.isEmpty, isStructure || isMixed, isPlain || literalAttributes(of: element) != nil else {
            steps.append(.element(Int32(elements.count)))
            elements.append(element)
            return
        }
        literal("{".utf8)
        if !isPlain, let attributes = literalAttributes(of: element), !attributes.isEmpty {
            literal(attributes)
            literal(",".utf8)
        }
        appendMembers(element.content, isFirst: true)
        literal("}".utf8)
    }

    private func elementCount(_ element: RenderElement) -> Int {
        element.content.reduce(0) { sum, node in if case .element = node { sum + 1 } else { sum } }
    }

    /// `"#attributes":{…}` when all attributes are literals; nothing when all are empty; nil when one is not literal.
    private func literalAttributes(of element: RenderElement) -> [UInt8]? {
        var result: [UInt8] = []
        for attribute in element.attributes {
            guard attribute.content.count <= 1 else { return nil }
            guard let first = attribute.content.first else { continue }
            guard case .text(let text) = first else { return nil }
            if text.isEmpty { continue }
            result += result.isEmpty ? Array("\"#attributes\":{".utf8) : [UInt8(ascii: ",")]
            result += attribute.jsonKey
            result.append(UInt8(ascii: "\""))
            let start = result.count
            result += text
            BytesText.escapeJSON(&result, from: start)
            result.append(UInt8(ascii: "\""))
        }
        return result.isEmpty ? result : result + [UInt8(ascii: "}")]
    }

    /// Compiles an element whose attributes are slots, with no content or one slot of text.
    private mutating func appendAttributes(of element: RenderElement) -> Bool {
        var text: Int32 = -1
        if element.content.count == 1, case .slot(let slot) = element.content[0] {
            text = Int32(slot)
        } else if !element.content.isEmpty {
            return false
        }
        var slots: [Int] = []
        for attribute in element.attributes {
            guard attribute.content.count == 1, case .slot(let slot) = attribute.content[0] else { return false }
            slots.append(slot)
        }
        let first = Int32(attributes.count)
        for (attribute, slot) in zip(element.attributes, slots) {
            // Keys lie in the pool between the literals; no literal may be merged across them.
            attributes.append(
                Attribute(slot: Int32(slot), start: Int32(pool.count), count: Int32(attribute.jsonKey.count)))
            pool += attribute.jsonKey
        }
        steps.append(.attributes(first: first, count: Int32(slots.count), text: text))
        return true
    }
}
