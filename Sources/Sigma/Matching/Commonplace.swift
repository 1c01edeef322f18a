/// What ordinary Windows telemetry is full of. A literal that occurs here says little about an event, so it makes a bad
/// witness; only speed depends on the choice.
enum Commonplace {
    static let text: [UInt8] = Array(
        #"""
        c:\windows\system32\svchost.exe -k netsvcs -p -s schedule c:\windows\system32\cmd.exe /c powershell.exe -noprofile
        -executionpolicy bypass -command c:\windows\explorer.exe "c:\program files\google\chrome\application\chrome.exe"
        c:\program files (x86)\microsoft\edge\application\msedge.exe --type=renderer c:\windows\syswow64\rundll32.exe
        c:\users\user\appdata\local\temp\ c:\users\user\appdata\roaming\ c:\programdata\microsoft\windows defender\
        nt authority\system microsoft corporation microsoft® windows® operating system windows nt 10.0 high medium
        c:\windows\system32\conhost.exe 0xffffffff -forcev1 hklm\system\currentcontrolset\services\ dword (0x00000001)
        hklm\software\microsoft\windows\currentversion\ hku\s-1-5-21- \software\microsoft\windows nt\currentversion\
        c:\windows\system32\ntdll.dll c:\windows\system32\kernel32.dll c:\windows\winsxs\ .dll .tmp .log .exe .ps1 .txt
        sha1= md5= sha256= imphash= function param( $true $false $null write-host get-item get-childitem foreach-object
        http:// https:// www. .com .net 127.0.0.1 true false tcp udp localhost services.exe lsass.exe dllhost.exe
        taskhostw.exe searchindexer.exe runtimebroker.exe wmiprvse.exe msiexec.exe rundll32 regsvr32 setvalue createkey
        """#.utf8)

    /// How often each four-byte gram (by ``GramIndex/slot(_:)``) occurs in ``text``.
    static let gramCounts: [UInt16] = {
        var counts = [UInt16](repeating: 0, count: 1 << 16)
        for end in 3..<text.count {
            counts[GramIndex.slot(GramIndex.gram(text, at: end - 3))] &+= 1
        }
        return counts
    }()

    /// Whether `literal` occurs in ``text``.
    static func contains(_ literal: ArraySlice<UInt8>) -> Bool {
        guard let first = literal.first, literal.count <= 24 else { return false }
        for start in starts[Int(first)] where text.count - start >= literal.count {
            if text[start..<start + literal.count] == literal { return true }
        }
        return false
    }

    private static let starts: [[Int]] = {
        var starts = [[Int]](repeating: [], count: 256)
        for (index, byte) in text.enumerated() { starts[Int(byte)].append(index) }
        return starts
    }()
}
