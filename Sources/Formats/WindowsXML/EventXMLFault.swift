/// Why a text is not the XML of an event, and where.
struct EventXMLFault: Error, Equatable {
    /// The kind of fault; the raw value is the code of the defect it becomes.
    enum Code: String, Sendable {
        /// The text ends inside the event, or the event is longer than 16 MiB.
        case truncated = "windows-xml-truncated"
        /// Something that XML does not allow there; a tag that closes another element; an event inside an event.
        case syntax = "windows-xml-syntax"
        /// Nested more than ``EventXMLScanner/depthLimit`` deep.
        case depth = "windows-xml-depth"
        /// More than ``EventXMLScanner/attributeLimit`` attributes of one element.
        case attributes = "windows-xml-attributes"
        /// More than ``FieldWriter/slotLimit`` values.
        case size = "windows-xml-too-many-values"
    }

    let code: Code
    /// Offset in the text.
    let offset: Int
}
