import Sigma
import Testing

/// The fast reader must agree with Yams on everything it accepts.
@Suite struct PlainYAMLTests {
    @Test(.enabled(if: SharedData.file("data/sigma/rules") != nil, "corpus absent"))
    func `the fast reader agrees with Yams over the corpus, and reads nearly all of it`() throws {
        let files = try SharedData.rules(SharedData.corpusFolders + ["deprecated", "unsupported"])
        var accepted = 0
        var wrong: [String] = []
        for file in files {
            guard let plain = YAMLComparison.plain(file.text) else { continue }
            accepted += 1
            if plain != YAMLComparison.yams(file.text) { wrong.append(file.path) }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        #expect(accepted * 100 >= files.count * 90, "accepted \(accepted) of \(files.count)")
    }

    private static let seed = """
        title: t é # comment
        description: |
            two

              lines
        tags:
            - attack.t1055
        logsource:
            product: windows
        detection:
            sel:
              - Image|endswith: '\\it''s'
                Cmd: "a\\tb\\\\"
              - f: 00429
            '|all':
            - x
            - 'y: z' # c
            condition: sel and not 1 of x*
        # end
        level: high

        """

    @Test func `mutations are read the same way or declined`() {
        let seed = Array(Self.seed.utf8)
        #expect(YAMLComparison.plain(Self.seed) != nil)
        #expect(YAMLComparison.plain(Self.seed) == YAMLComparison.yams(Self.seed))
        var random = SplitMix64(11)
        let pieces = Array("|:-[]{}'\"*&!#%@`?\\\n\n   ()>,~0ayn.$/+=<;é".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = pieces[Int(random.next() % UInt64(pieces.count))]
                case 1: bytes.insert(pieces[Int(random.next() % UInt64(pieces.count))], at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 6)))
                default: bytes.removeSubrange((place + 1)...)
                }
                if bytes.isEmpty { bytes = [0x61] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let plain = YAMLComparison.plain(text) else { continue }
            accepted += 1
            let yams = YAMLComparison.yams(text)
            guard plain != yams else { continue }
            Issue.record(Comment(rawValue: "differs:\n\(text)\nplain:\n\(plain)\nYams:\n\(yams ?? "error")"))
            return
        }
        #expect(accepted > 2_000)
    }
}
