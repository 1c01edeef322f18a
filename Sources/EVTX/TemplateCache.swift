import Bytes

/// Compiled templates, shared by all chunks and files of one decoder.
///
/// A definition looks different in every chunk, because names are chunk offsets and stand inline only where they occur
/// first. A *variant* is one such appearance. It is recognised exactly, not by a hash of its bytes: everything but the
/// offsets must be equal, and every offset must lead to an equal name.
///
/// ```
///   definition   0F010100 01 0000 size [name→]       attrs [name→ inline: next hash len "Name" 0] 05 01 …
///   compared     └───────────────────┘ (by name)     └────┘ (flag)   skip └───────────────────────────┘
/// ```
struct TemplateCache {
    /// Where a variant's bytes differ from chunk to chunk.
    private struct Name {
        /// Offset of the 32-bit name offset in the definition's body.
        var field: Int
        /// Whether the name follows its field.
        var isInline: Bool
        /// Hash, length and units of the name, as in the file.
        var bytes: [UInt8]
    }

    private struct Variant {
        var body: [UInt8]
        var names: [Name]
        /// Template by context; -1 where not compiled yet.
        var templates: [Int32]
    }

    private struct Key: Hashable {
        var guidLow: UInt64
        var guidHigh: UInt64
        var size: UInt32
    }

    private(set) var templates: [EVTXTemplate] = []
    private var variants: [Variant] = []
    private var variantsByKey: [Key: [Int32]] = [:]
    private var templatesByContent: [Content: Int32] = [:]
    private var templatesByIdentifier: [UInt64: Int32] = [:]

    private struct Content: Hashable {
        var guid: [UInt8]
        var context: BinXMLContext
        var nodes: [BinXMLNode]
    }

    /// The larger of the two counts that grow with crafted input.
    var count: Int { max(templates.count, variants.count) }

    /// Bytes of names and texts in ``templates``, roughly.
    private(set) var weight = 0

    mutating func removeAll() { self = TemplateCache() }

    /// The template that the definition at `offset` compiles to, or nil when it cannot be read.
    mutating func template(
        _ bytes: RawSpan, definitionAt offset: Int, chunkBase: Int, chunkEnd: Int, context: BinXMLContext,
        limits: EVTXLimits
    ) -> Int? {
        guard offset >= chunkBase, let guidLow = bytes.uint64(at: offset + 4),
            let guidHigh = bytes.uint64(at: offset + 12),
            let size = bytes.uint32(at: offset + 20), offset + 24 + Int(size) <= chunkEnd
        else { return nil }
        let body = offset + 24
        let key = Key(guidLow: guidLow, guidHigh: guidHigh, size: size)
        if let candidates = variantsByKey[key] {
            for index in candidates {
                let index = Int(index)
                guard matches(variants[index], bytes, body: body, chunkBase: chunkBase, chunkEnd: chunkEnd) else {
                    continue
                }
                let known = variants[index].templates[Int(context.rawValue)]
                if known >= 0 { return Int(known) }
                break
            }
        }
        var parser = BinXMLParser(
            chunkBase: chunkBase, chunkEnd: chunkEnd, position: body, end: body + Int(size), limits: limits)
        guard let nodes = try? parser.fragment(bytes, dependency: true, depth: 0), !nodes.isEmpty else { return nil }
        var guid: [UInt8] = []
        if let slice = bytes.slice(at: offset + 4, length: 16) { guid.append(slice) }
        let id = intern(nodes, guid: guid, context: context, isIrregular: parser.holdsTemplate)
        if !parser.holdsTemplate {
            remember(
                key, id: id, context: context, bytes, body: body, size: Int(size), names: parser.nameFields)
        }
        let identifier = UInt64(truncatingIfNeeded: guidLow & 0xFFFF_FFFF) << 8 | UInt64(context.rawValue)
        templatesByIdentifier[identifier] = Int32(id)
        return id
    }

    /// A template known from elsewhere whose GUID begins with `identifier`.
    func template(identifier: UInt32, context: BinXMLContext) -> Int? {
        templatesByIdentifier[UInt64(identifier) << 8 | UInt64(context.rawValue)].map(Int.init)
    }

    /// The id of a tree, compiled if it is new.
    mutating func intern(_ nodes: [BinXMLNode], guid: [UInt8], context: BinXMLContext, isIrregular: Bool) -> Int {
        let content = Content(guid: guid, context: context, nodes: nodes)
        // Irregular trees hold window offsets: equal trees need not mean equal content.
        if !isIrregular, let known = templatesByContent[content] { return Int(known) }
        let id = templates.count
        weight += Self.weight(of: nodes)
        templates.append(
            EVTXTemplate(id: id, guid: guid, nodes: nodes, context: context, isIrregular: isIrregular))
        if !isIrregular { templatesByContent[content] = Int32(id) }
        return id
    }

    private static func weight(of nodes: [BinXMLNode]) -> Int {
        nodes.reduce(0) { sum, node in
            switch node {
            case .element(let element):
                let attributes = element.attributes.reduce(0) { $0 + $1.name.utf8.count + weight(of: $1.value) + 64 }
                return sum + element.name.utf8.count + attributes + weight(of: element.children) + 128
            case .text(let bytes), .cdata(let bytes), .value(_, let bytes): return sum + bytes.count + 64
            default: return sum + 64
            }
        }
    }

    private mutating func remember(
        _ key: Key, id: Int, context: BinXMLContext, _ bytes: RawSpan, body: Int, size: Int,
        names: [BinXMLParser.NameField]
    ) {
        for index in variantsByKey[key] ?? [] where variants[Int(index)].templates[Int(context.rawValue)] < 0 {
            let known = variants[Int(index)]
            if known.templates.contains(where: { $0 >= 0 }), sameBody(known, bytes, body: body) {
                variants[Int(index)].templates[Int(context.rawValue)] = Int32(id)
                return
            }
        }
        var variant = Variant(body: [], names: [], templates: [Int32](repeating: -1, count: 8))
        if let slice = bytes.slice(at: body, length: size) { variant.body.append(slice) }
        for name in names {
            var text: [UInt8] = []
            let length = Int(bytes.uint16(at: name.target + 6) ?? 0)
            if let slice = bytes.slice(at: name.target + 4, length: 4 + 2 * length) { text.append(slice) }
            variant.names.append(Name(field: name.offset - body, isInline: name.isInline, bytes: text))
        }
        variant.templates[Int(context.rawValue)] = Int32(id)
        variantsByKey[key, default: []].append(Int32(variants.count))
        variants.append(variant)
    }

    private func sameBody(_ variant: Variant, _ bytes: RawSpan, body: Int) -> Bool {
        bytes.equals(variant.body, at: body, from: 0, length: variant.body.count)
    }

    /// Whether the definition body at `body` is this variant.
    private func matches(_ variant: Variant, _ bytes: RawSpan, body: Int, chunkBase: Int, chunkEnd: Int) -> Bool {
        var place = 0
        for name in variant.names {
            guard bytes.equals(variant.body, at: body + place, from: place, length: name.field - place),
                let offset = bytes.uint32(at: body + name.field)
            else { return false }
            let target = chunkBase + Int(offset)
            let isInline = target == body + name.field + 4
            guard isInline == name.isInline else { return false }
            place = name.field + 4
            if isInline {
                // The link to the next name of the same hash is the chunk's affair.
                place += 4
                continue
            }
            guard target + 4 + name.bytes.count <= chunkEnd,
                bytes.equals(name.bytes, at: target + 4, from: 0, length: name.bytes.count)
            else { return false }
        }
        return bytes.equals(variant.body, at: body + place, from: place, length: variant.body.count - place)
    }
}
