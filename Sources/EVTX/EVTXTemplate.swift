/// A template definition, compiled: the flat list of its fields. Made once per definition, whatever the number of chunks
/// and files that hold it.
public final class EVTXTemplate: Sendable {
    /// Dense index within one ``EVTXDecoder`` and one ``EVTXDecoder/generation``: consumers keep their own tables by it.
    public let id: Int
    /// The definition's GUID as in the file (16 bytes), or empty for inline XML.
    public let guid: [UInt8]
    /// The fields, in document order. Slots of type ``EVTXValueType/binXML`` are to be skipped: their fields come with the
    /// instances that follow.
    public let fields: [EVTXField]
    /// The definition, for rendering.
    let content: [RenderContent]
    /// The same, compiled for JSON.
    let jsonProgram: JSONProgram
    /// What a nested fragment in a slot stands in, by slot; ``BinXMLContext/none`` for slots that are not content.
    let slotContexts: [BinXMLContext]
    /// Names that depend on values, or templates within the definition: instances are expanded one by one.
    let isIrregular: Bool
    /// How often the slot that is used most is used: what one value can be multiplied by.
    let maximumSlotUses: Int
    /// Index into ``fields`` by ``EVTXSystemField``, or -1.
    private let systemFields: [Int16]

    init(id: Int, guid: [UInt8], nodes: [BinXMLNode], context: BinXMLContext, isIrregular: Bool) {
        var compiler = TemplateCompiler()
        compiler.compile(nodes, in: context)
        self.id = id
        self.guid = guid
        let content = RenderContent.make(nodes, inEventData: context == .eventData)
        self.content = content
        self.jsonProgram = JSONProgram(content)
        self.fields = compiler.fields
        self.slotContexts = compiler.slotContexts
        self.maximumSlotUses = compiler.maximumSlotUses
        self.isIrregular = isIrregular || compiler.isIrregular
        var table = [Int16](repeating: -1, count: EVTXSystemField.allCases.count)
        for (index, field) in compiler.fields.enumerated() where table[Int(field.system.rawValue)] < 0 {
            table[Int(field.system.rawValue)] = Int16(clamping: index)
        }
        self.systemFields = table
    }

    /// Index into ``fields`` of a well-known field, or nil. O(1).
    public func index(of field: EVTXSystemField) -> Int? {
        let index = systemFields[Int(field.rawValue)]
        return index < 0 || field == .none ? nil : Int(index)
    }
}
