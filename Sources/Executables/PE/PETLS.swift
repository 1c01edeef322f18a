import Bytes

/// Thread-local storage as the loader will find it: directory, template, index and callbacks of directory 9.
public struct PETLS: Sendable, Hashable {
    /// `IMAGE_TLS_DIRECTORY`, 24 bytes (PE32) or 40 (PE32+). The first four are virtual addresses, not RVAs.
    public struct Directory: Sendable, Hashable {
        /// `StartAddressOfRawData`: first byte of the template.
        public var start: UInt64
        /// `EndAddressOfRawData`: one past the last byte of the template.
        public var end: UInt64
        /// `AddressOfIndex`: where the loader writes the module's TLS index (4 bytes).
        public var index: UInt64
        /// `AddressOfCallBacks`: the array of callbacks, 0 = none.
        public var callbacks: UInt64
        /// `SizeOfZeroFill` in bytes; today's Windows ignores it.
        public var zeroFill: UInt32
        /// `Characteristics`: alignment in bits 20…23, all others reserved.
        public var characteristics: UInt32

        /// Alignment of the template in bytes, or nil for the default.
        public var alignment: Int? {
            let nibble = Int(characteristics >> 20 & 15)
            return nibble == 0 ? nil : 1 << (nibble - 1)
        }
    }

    /// The entry of the data-directory table.
    public var entry: PEDataDirectory
    /// What lies at its RVA.
    public var region: PERegion
    /// File offset of the directory; nil when its bytes are not all in the file and in one section.
    public var fileOffset: Int?
    /// The directory; nil when it cannot be read where the loader would look.
    public var directory: Directory?
    /// File offset in the overlay, when the RVA makes sense only if it is taken for a file offset.
    public var overlayOffset: Int?
    /// The callbacks; nil when `AddressOfCallBacks` is 0 or the directory cannot be read.
    public var array: PECallbackArray?
    /// RVA of the index; nil when it lies outside the image.
    public var indexRVA: UInt64?

    /// The callbacks in the order in which they run; empty when there are none.
    public var callbacks: [PECallback] { array?.callbacks ?? [] }

    /// Bytes of the directory structure for a word size.
    public static func directorySize(wordSize: Int) -> Int { wordSize == 8 ? 40 : 24 }

    /// RVAs of the template; nil when it does not lie inside the image.
    public func template(in image: PEImage) -> Range<UInt64>? {
        guard let directory, directory.end >= directory.start, let start = image.rva(ofAddress: directory.start),
            directory.end - image.imageBase <= UInt64(image.sizeOfImage)
        else { return nil }
        return start..<(directory.end - image.imageBase)
    }

    /// Reads directory 9. O(sections + callbacks · sections).
    /// - Returns: nil when the image has none.
    public init?(_ image: PEImage, _ bytes: RawSpan, limits: PELimits = PELimits()) {
        guard let entry = image[.tls] else { return nil }
        self.entry = entry
        let rva = UInt64(entry.rva)
        region = image.region(atRVA: rva)
        let size = Self.directorySize(wordSize: image.wordSize)
        if let range = image.fileRange(atRVA: rva), range.count >= size,
            image.region(atRVA: rva + UInt64(size) - 1) == region
        {
            fileOffset = range.lowerBound
            directory = Directory(bytes, at: range.lowerBound, isPE32Plus: image.isPE32Plus)
        }
        let isSane = directory.map { $0.isSane(in: image) } ?? false
        if !isSane, image.overlay.contains(Int(entry.rva)),
            let other = Directory(bytes, at: Int(entry.rva), isPE32Plus: image.isPE32Plus), other.isSane(in: image)
        {
            overlayOffset = Int(entry.rva)
        }
        // Behind a directory that is out of place and makes no sense, everything else is noise.
        let outOfPlace = region == .headers || overlayOffset != nil
        if outOfPlace && !isSane { directory = nil }
        guard let directory else { return }
        indexRVA = image.rva(ofAddress: directory.index)
        if directory.callbacks != 0 {
            array = PECallbackArray(at: directory.callbacks, in: image, bytes, limits: limits)
        }
    }
}

extension PETLS.Directory {
    init?(_ bytes: RawSpan, at offset: Int, isPE32Plus: Bool) {
        let size = isPE32Plus ? 8 : 4
        guard let span = bytes.slice(at: offset, length: PETLS.directorySize(wordSize: size)) else { return nil }
        func word(_ index: Int) -> UInt64 {
            isPE32Plus ? span.uint64(at: index * 8) ?? 0 : UInt64(span.uint32(at: index * 4) ?? 0)
        }
        start = word(0)
        end = word(1)
        index = word(2)
        callbacks = word(3)
        zeroFill = span.uint32(at: size * 4) ?? 0
        characteristics = span.uint32(at: size * 4 + 4) ?? 0
    }

    /// Whether the addresses could be meant: the index lies in the image, and so do template and callbacks where there
    /// are any.
    func isSane(in image: PEImage) -> Bool {
        guard image.rva(ofAddress: index) != nil, start <= end else { return false }
        let templateFits = (start == 0 && end == 0) || image.rva(ofAddress: start) != nil
        return templateFits && (callbacks == 0 || image.rva(ofAddress: callbacks) != nil)
    }
}
