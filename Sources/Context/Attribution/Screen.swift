import Bytes

/// First looks at a value where it lies, UTF-8 or UTF-16LE: a handful of units decide and the rest is not touched.
/// Each answers yes for every text in which `EvidenceRules` finds something (tested against it), and no for most
/// others.
enum Screen {
    /// `JobContainer_` and 64 digits.
    static let jobNameLength = 77
    /// Shortest text that holds a whole layer folder: `\io.containerd.snapshotter.v1.windows\snapshots\1`.
    static let shortestLayer = 49

    /// `\Device\V…`, `\\?\V…`, `\??\V…`, `C:\hpc…`, or a layer folder.
    @inline(__always)
    static func path(_ text: RawSpan, wide: Bool) -> Bool {
        let count = text.units(wide)
        guard count >= 7 else { return false }
        if text.holds("\\", at: 0, wide) {
            if text.holds("v", at: 8, wide) || text.holds("v", at: 4, wide) { return true }
        } else if text.holds("h", at: 3, wide), text.holds("p", at: 4, wide), text.holds("c", at: 5, wide) {
            return true
        }
        return count >= shortestLayer && layer(text, wide: wide)
    }

    /// A component that begins like `windowsfilter`, `io.containerd…` or `BaseImages`.
    static func layer(_ text: RawSpan, wide: Bool) -> Bool {
        let last = text.units(wide) - 12
        var index = 0
        while index < last {
            if text.holds("\\", at: index, wide) {
                if text.holds("w", at: index + 1, wide), text.holds("f", at: index + 8, wide) { return true }
                if text.holds("i", at: index + 1, wide), text.holds(".", at: index + 3, wide) { return true }
                if text.holds("b", at: index + 1, wide), text.holds("i", at: index + 5, wide),
                    text.holds("m", at: index + 6, wide)
                {
                    return true
                }
            }
            index += 1
        }
        return false
    }

    /// Ends like `CExecSvc.exe` or the shim.
    @inline(__always)
    static func parent(_ text: RawSpan, wide: Bool) -> Bool {
        let count = text.units(wide)
        guard count >= 12, text.holds("e", at: count - 1, wide), text.holds(".", at: count - 4, wide) else {
            return false
        }
        if text.holds("c", at: count - 5, wide) {
            return text.holds("c", at: count - 12, wide) && text.holds("x", at: count - 10, wide)
        }
        return text.holds("1", at: count - 5, wide) && text.holds("v", at: count - 6, wide)
    }

    /// `User Manager\Container…`.
    @inline(__always)
    static func user(_ text: RawSpan, wide: Bool) -> Bool {
        text.units(wide) >= 26 && text.holds("\\", at: 12, wide) && text.holds("c", at: 13, wide)
            && text.holds("u", at: 0, wide)
    }

    /// A component `Lxss`, below which each WSL distribution has its key.
    static func distributionKey(_ text: RawSpan, wide: Bool) -> Bool {
        let last = text.units(wide) - 5
        var index = 0
        while index < last {
            // `x` is rare in keys: looked at first.
            if text.holds("x", at: index + 2, wide), text.holds("\\", at: index, wide),
                text.holds("l", at: index + 1, wide), text.holds("s", at: index + 3, wide),
                text.holds("s", at: index + 4, wide), text.holds("\\", at: index + 5, wide)
            {
                return true
            }
            index += 1
        }
        return false
    }

    /// `S-1-5-93-…`.
    @inline(__always)
    static func sid(_ text: RawSpan, wide: Bool) -> Bool {
        text.units(wide) == 12 && text.holds("9", at: 6, wide) && text.holds("3", at: 7, wide)
    }

    /// The binary SIDs S-1-5-93-2-1 and S-1-5-93-2-2.
    @inline(__always)
    static func binarySID(_ bytes: RawSpan) -> Bool {
        bytes.uint8(at: 1) == 3 && bytes.uint32(at: 8) == 93
    }

    /// A number as text: decimal or `0x` hex; nil if it is none.
    @inline(__always)
    static func number(_ text: RawSpan, wide: Bool) -> UInt32? {
        let count = text.units(wide)
        guard count > 0, count <= 18 else { return nil }
        var value: UInt64 = 0
        if count > 2, text.holds("x", at: 1, wide), text.holds("0", at: 0, wide) {
            for index in 2..<count {
                let unit = text.unit(index, wide)
                if unit &- 0x30 < 10 {
                    value = value << 4 | UInt64(unit - 0x30)
                } else {
                    guard unit &- 0x61 < 6 else { return nil }
                    value = value << 4 | UInt64(unit - 0x57)
                }
            }
        } else {
            for index in 0..<count {
                guard text.unit(index, wide) &- 0x30 < 10 else { return nil }
                value = value &* 10 &+ UInt64(text.unit(index, wide) - 0x30)
            }
        }
        return UInt32(exactly: value)
    }

    /// Whether a value of `content` can show something; process ids are not looked at here.
    @inline(__always)
    static func admits(_ text: RawSpan, wide: Bool, of content: EvidenceField.Content) -> Bool {
        switch content {
        case .path: path(text, wide: wide)
        case .parentPath: path(text, wide: wide) || parent(text, wide: wide)
        case .object:
            text.units(wide) >= jobNameLength && text.holds("j", at: text.units(wide) - jobNameLength, wide)
        case .user: user(text, wide: wide)
        case .sid: sid(text, wide: wide)
        case .pid, .guid, .text: false
        }
    }
}

extension RawSpan {
    /// Number of 16-bit (`wide`) or 8-bit units.
    @inline(__always)
    fileprivate func units(_ wide: Bool) -> Int { wide ? byteCount >> 1 : byteCount }

    /// The unit at `index`, lowered if A–Z; 0 outside.
    @inline(__always)
    fileprivate func unit(_ index: Int, _ wide: Bool) -> UInt16 {
        let unit = wide ? uint16(at: index << 1) ?? 0 : UInt16(uint8(at: index) ?? 0)
        return unit &- 0x41 < 26 ? unit | 0x20 : unit
    }

    @inline(__always)
    fileprivate func holds(_ character: Unicode.Scalar, at index: Int, _ wide: Bool) -> Bool {
        unit(index, wide) == UInt16(UInt8(ascii: character))
    }
}

extension Context {
    /// Whether an event shows anything that could tie it to a container: the fast way out for all others. Says yes too
    /// often, never no for an event that ``attribution(of:)`` would attribute. O(values), a few bytes of each.
    @inline(__always)
    func mayAttribute(_ view: borrowing EventView) -> Bool {
        if mayBeContainer(host: view.host) { return true }
        let memberBits = memberBits.span
        let values = view.values.span
        for index in values.indices {
            let content = values[index].field.content
            if content == .guid || content == .text { continue }
            let text = values[index].text
            let span = text.utf8Span
            if Context.admits(span.span.bytes, content, memberBits) { return true }
        }
        return false
    }

    @inline(__always)
    private static func admits(_ text: RawSpan, _ content: EvidenceField.Content, _ memberBits: Span<UInt64>) -> Bool {
        guard content == .pid else { return Screen.admits(text, wide: false, of: content) }
        return Screen.number(text, wide: false).map { holds(ProcessID($0), memberBits) } ?? false
    }

    /// Whether a computer name can be a container's. O(1) unless the length fits.
    @inline(__always)
    func mayBeContainer(host: String) -> Bool {
        (host.utf8.count == ContainerID.shortest && HostJoin.isContainerName(host)) || inventory.mayBeHostname(host)
    }
}
