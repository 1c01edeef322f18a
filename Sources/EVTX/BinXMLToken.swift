/// The tokens of binary XML ([MS-EVEN6] 2.2.12). Bit 6 (`more`) says that a further item of the same kind follows.
enum BinXMLToken {
    static let end: UInt8 = 0x00
    static let openElement: UInt8 = 0x01
    static let closeStart: UInt8 = 0x02
    static let closeEmpty: UInt8 = 0x03
    static let endElement: UInt8 = 0x04
    static let value: UInt8 = 0x05
    static let attribute: UInt8 = 0x06
    static let cdata: UInt8 = 0x07
    static let characterReference: UInt8 = 0x08
    static let entityReference: UInt8 = 0x09
    static let instructionTarget: UInt8 = 0x0A
    static let instructionData: UInt8 = 0x0B
    static let templateInstance: UInt8 = 0x0C
    static let substitution: UInt8 = 0x0D
    static let optionalSubstitution: UInt8 = 0x0E
    static let fragmentHeader: UInt8 = 0x0F
    static let more: UInt8 = 0x40
}
