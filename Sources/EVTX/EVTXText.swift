public import Bytes

/// The type of a substitution value; see ``Bytes/BinXMLValueType``.
public typealias EVTXValueType = BinXMLValueType

/// Values as Windows shows them; see ``Bytes/BinXMLText``.
public typealias EVTXText = BinXMLText

extension BinXMLText {
    /// Appends the text of a decoded value; see ``append(_:_:at:length:to:)``.
    @inlinable
    public static func append(_ value: EVTXValue, in window: RawSpan, to output: inout [UInt8]) {
        append(value.type, window, at: Int(value.offset), length: Int(value.length), to: &output)
    }
}
