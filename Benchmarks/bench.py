#!/usr/bin/env python3
"""Benchmarks of the whole program, side by side with its peers in one run.

    Benchmarks/bench.py --siloscope PATH --evtx DIR --rules DIR [--size MB] [--runs N] [--only NAME,…]

Prints a Markdown table of medians of user+system CPU seconds (the machine is small and noisy: ratios count).
--evtx   a folder of EVTX files; their used chunks are repeated into one dense log of --size MB
--rules  a Sigma rule folder (SigmaHQ's checkout: rules/windows is used where only Windows rules are meant)
Needs Python 3 and the PyPI package `evtx` for the comparison.
"""
import argparse, json, os, random, re, shutil, statistics, struct, subprocess, sys, tempfile, time, zlib

import corpora

CHUNK = 65536


def cpu(command, runs, stdout=subprocess.DEVNULL):
    """Median user+system seconds, and the largest peak memory in MB, of a command over some runs."""
    seconds, peak = [], 0
    for _ in range(runs):
        child = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            sys.exit(f'{command} ended with {child.returncode}')
        seconds.append(usage.ru_utime + usage.ru_stime)
        peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(seconds), peak


def wall(command, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


# ------------------------------------------------------------------------------------------------ corpora

def used_chunks(folder):
    """Chunks of every EVTX file below a folder whose header checksum holds and that have at least 20 records."""
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if not name.lower().endswith('.evtx'):
                continue
            data = open(os.path.join(root, name), 'rb').read()
            for at in range(4096, len(data) - CHUNK + 1, CHUNK):
                chunk = data[at:at + CHUNK]
                if chunk[:8] != b'ElfChnk\0':
                    continue
                if zlib.crc32(chunk[:120] + chunk[128:512]) != struct.unpack_from('<I', chunk, 124)[0]:
                    continue
                first, last = struct.unpack_from('<QQ', chunk, 8)
                if 20 <= last - first + 1 < 5000:
                    yield chunk


def dense_log(folder, path, megabytes, limit=400):
    """One valid log of the wanted size: the used chunks, over and over."""
    chunks = []
    for chunk in used_chunks(folder):
        chunks.append(chunk)
        if len(chunks) == limit:
            break
    if not chunks:
        sys.exit(f'no EVTX chunks below {folder}')
    count = min(max(1, megabytes * 1024 * 1024 // CHUNK), 65535)
    header = bytearray(4096)
    struct.pack_into('<8sQQQIHHHH', header, 0, b'ElfFile\0', 0, count - 1, 1, 128, 1, 3, 4096, count)
    struct.pack_into('<I', header, 124, zlib.crc32(bytes(header[:120])))
    with open(path, 'wb') as out:
        out.write(header)
        for index in range(count):
            out.write(chunks[index % len(chunks)])


IMAGES = ['viewer.exe', 'ledger.exe', 'planner.exe', 'reader.exe', 'indexer.exe', 'meeting.exe', 'editor.exe', 'painter.exe']


def lane(path, events, seed=7):
    """Structured Windows events as NDJSON, about 700 bytes and 20 fields each; hits are rare, as in life."""
    random.seed(seed)
    with open(path, 'w') as out:
        for index in range(events):
            image, parent = random.choice(IMAGES), random.choice(IMAGES)
            out.write(json.dumps({
                'Channel': 'Microsoft-Windows-Sysmon/Operational', 'EventID': 1,
                'Provider_Name': 'Microsoft-Windows-Sysmon', 'Computer': f'HOST-{index % 50:02}.corp.example',
                'UtcTime': f'2026-03-{1 + index % 28:02} {index % 24:02}:{index % 60:02}:{index % 59:02}.{index % 1000:03}',
                'EventRecordID': index, 'ProcessGuid': f'{{{random.getrandbits(128):032x}}}', 'ProcessId': random.randint(400, 60000),
                'Image': f'C:\\Program Files\\Vendor {index % 13}\\{image}', 'FileVersion': '10.0.19041.1 (WinBuild.160101.0800)',
                'Description': 'Host process', 'Product': 'Some Product', 'Company': 'Some Company Ltd.', 'OriginalFileName': image,
                'CommandLine': f'"C:\\Program Files\\Vendor {index % 13}\\{image}" --type=renderer --field-trial={random.getrandbits(64):x} --lang=en-GB',
                'CurrentDirectory': 'C:\\Program Files\\Vendor\\', 'User': 'CORP\\user%d' % (index % 400), 'IntegrityLevel': 'Medium',
                'Hashes': f'SHA256={random.getrandbits(256):064X}', 'ParentImage': f'C:\\Program Files\\Vendor\\{parent}',
                'ParentCommandLine': f'"C:\\Program Files\\Vendor\\{parent}" -p', 'ParentProcessId': random.randint(400, 60000),
            }) + '\n')


def mutated(text, suffix):
    """A rule with another id whose quoted literals are all changed, so that a copy hits no more than its original."""
    lines, inside = [], False
    for line in text.split('\n'):
        if line.startswith('id: '):
            line = 'id: %08x%s' % (random.getrandbits(32), line[12:])
        if line and not line[0].isspace():
            inside = line.startswith('detection:')
        value = line.rstrip()
        if inside and value.endswith("'") and not re.search(r"'[0-9a-fA-F.:/]*'$", value):
            line = value[:-1] + suffix + "'"
        lines.append(line)
    return '\n'.join(lines)


def clone_rules(folder, target, wanted):
    """`wanted` rule files: the corpus, then copies of it with changed literals and new ids."""
    files = []
    for root, _, names in sorted(os.walk(folder)):
        files += [os.path.join(root, name) for name in sorted(names) if name.endswith('.yml')]
    made, copy = 0, 0
    while made < wanted:
        for path in files:
            if made == wanted:
                break
            text = open(path, encoding='utf-8').read()
            if copy and 'condition: not ' in text:
                continue  # only filters: changed, they would match every event
            if copy:
                text = mutated(text, f'x{copy}')
            with open(os.path.join(target, f'{made:06}.yml'), 'w', encoding='utf-8') as out:
                out.write(text)
            made += 1
        copy += 1


WHEEL = """
import sys
from evtx import PyEvtxParser
n = bad = 0
for path in sys.argv[1:]:
    records = PyEvtxParser(path).records_json()
    while True:
        try:
            next(records)
            n += 1
        except StopIteration:
            break
        except Exception:
            bad += 1
print(n, bad)
"""

# ------------------------------------------------------------------------------------------------ measurements


class Bench:
    def __init__(self, options, scratch):
        self.o, self.scratch, self.rows = options, scratch, []
        self.windows_rules = os.path.join(options.rules, 'rules', 'windows')
        if not os.path.isdir(self.windows_rules):
            self.windows_rules = options.rules

    def row(self, what, value, note=''):
        self.rows.append((what, value, note))
        print(f'| {what} | {value} | {note} |', flush=True)

    def hunt(self, evidence, *extra, rules=None, runs=None):
        command = [self.o.siloscope, 'hunt', evidence, '--no-builtin', '--rules', rules or self.windows_rules, '--quiet',
                   '--ungrouped', '--format', 'ndjson', '-o', os.path.join(self.scratch, 'out.ndjson'), '--clobber', *extra]
        return cpu(command, runs or self.o.runs)

    def empty(self, rules=None, *extra):
        path = os.path.join(self.scratch, 'empty.ndjson')
        open(path, 'w').write('{"a":"b"}\n')
        return self.hunt(path, *extra, rules=rules)

    def evtx(self):
        log = os.path.join(self.scratch, 'dense.evtx')
        dense_log(self.o.evtx, log, self.o.size)
        load, _ = self.empty()
        one, peak = self.hunt(log, '--threads', '1')
        wheel, _ = cpu([sys.executable, '-c', WHEEL, log], self.o.runs)
        self.row(f'hunt, all Windows rules, {self.o.size} MB dense EVTX, rule load excluded', f'{one - load:.2f} s', f'peak {peak:.0f} MB')
        self.row('PyPI evtx rendering the same file to JSON', f'{wheel:.2f} s')
        self.row('ratio hunt / evtx', f'{(one - load) / wheel:.2f}', 'must ≤ 4, aim ≤ 1')

    def threads(self):
        log = os.path.join(self.scratch, 'dense.evtx')
        if not os.path.exists(log):
            dense_log(self.o.evtx, log, self.o.size)
        base = [self.o.siloscope, 'hunt', log, '--no-builtin', '--rules', self.windows_rules, '--quiet', '--ungrouped',
                '--format', 'ndjson', '-o', os.path.join(self.scratch, 'out.ndjson'), '--clobber', '--threads']
        empty = [x if x != log else os.path.join(self.scratch, 'empty.ndjson') for x in base]
        self.empty()
        load = wall(empty + ['1'], self.o.runs)
        one, two = wall(base + ['1'], self.o.runs) - load, wall(base + ['2'], self.o.runs) - load
        self.row('two threads against one (wall, load excluded)', f'{one / two:.2f} ×', 'must ≥ 1.7; needs an idle machine')

    def ndjson(self):
        path, events = os.path.join(self.scratch, 'lane.ndjson'), self.o.events
        lane(path, events)
        rules = os.path.join(self.o.rules, 'rules')
        rules = rules if os.path.isdir(rules) else self.o.rules
        load, _ = self.empty(rules)
        one, peak = self.hunt(path, '--threads', '1', rules=rules)
        self.row(f'NDJSON, {events} structured Windows events, SigmaHQ rules/', f'{events / (one - load):,.0f} events/s', f'must ≥ 40,000, aim ≥ 200,000; peak {peak:.0f} MB')

    def load(self):
        with tempfile.TemporaryDirectory(dir=self.scratch) as cache:
            cold, _ = self.empty(self.o.rules, '--no-cache')
            self.empty(self.o.rules, '--cache', cache)
            warm, _ = self.empty(self.o.rules, '--cache', cache)
        bare, _ = cpu([self.o.siloscope, '--help'], self.o.runs)
        self.row('loading all rules, cold', f'{cold - bare:.2f} s', 'must ≤ 1.0, aim ≤ 0.4')
        self.row('loading all rules, compiled cache', f'{warm - bare:.2f} s', 'must ≤ 0.1, aim ≤ 0.03')

    def curve(self):
        path, events = os.path.join(self.scratch, 'lane.ndjson'), self.o.events
        if not os.path.exists(path):
            lane(path, events)
        times = {}
        for count in (100, 1000, 3000, 30000):
            folder = os.path.join(self.scratch, f'rules{count}')
            os.mkdir(folder)
            clone_rules(self.windows_rules, folder, count)
            load, _ = self.empty(folder)
            total, peak = self.hunt(path, '--threads', '1', rules=folder)
            times[count] = max(total - load, 1e-3)
            self.row(f'{count:,} rules, same events', f'{times[count] / events * 1e6:.2f} µs/event', f'peak {peak:.0f} MB')
            shutil.rmtree(folder)
        self.row('3,000 → 30,000 rules', f'{times[30000] / times[3000]:.2f} ×', 'must ≤ 2, aim ≤ 1.2')

    def formats(self):
        """Every decoder on one thread, against what people would write in Python."""
        tiny = os.path.join(self.scratch, 'tiny.ndjson')
        open(tiny, 'w').write('{"a":"b"}\n')
        bare, _ = cpu([self.o.siloscope, 'sources', tiny, '--json'], self.o.runs)
        for name, file, line, peers, wanted in corpora.KINDS:
            path = os.path.join(self.scratch, file)
            corpora.write(path, line, self.o.size)
            megabytes = os.path.getsize(path) / 1e6
            ours, peak = cpu([self.o.siloscope, 'sources', path, '--threads', '1', '--json'], self.o.runs)
            said = subprocess.run([self.o.siloscope, 'sources', path, '--json'], capture_output=True).stdout
            if not json.loads(said.splitlines()[0])['records']:
                self.row(name, 'not read', said.splitlines()[0].decode()[:200])
                continue
            rate = megabytes / max(ours - bare, 1e-3)
            others = []
            for peer, code in peers:
                try:
                    seconds, _ = cpu([sys.executable, '-c', code, path], self.o.runs)
                    others.append(f'{peer} {megabytes / seconds:,.0f}')
                except SystemExit:
                    others.append(f'{peer} not here')
            note = f'{", ".join(others)} MB/s; peak {peak:.0f} MB' + (f'; must ≥ {wanted}' if wanted else '')
            self.row(f'{name}, {megabytes:.0f} MB to typed fields', f'{rate:,.0f} MB/s', note)
            os.remove(path)

    def context(self):
        """What knowing the container costs: the same process creations with and without silos, without rules that look."""
        rules = os.path.join(self.scratch, 'never.yml')
        open(rules, 'w').write('title: Never\nid: 0b8a3c8e-6c5e-4d6a-9a53-0d7b3a1d2f11\nlogsource: {product: macos}\n'
                               'detection: {s: {a: b}, condition: s}\nlevel: low\n')
        load, _ = self.empty(rules)
        times = {}
        for name, containers, share in (('plain', 0, 0), ('silos', 100, 0.5)):
            folder = os.path.join(self.scratch, name)
            os.mkdir(folder)
            corpora.container_host(folder, self.o.events, containers, share)
            if not containers:
                os.remove(os.path.join(folder, 'docker-events.jsonl'))
            times[name], _ = self.hunt(folder, '--threads', '1', rules=rules)
            shutil.rmtree(folder)
        plain, silos = (times[name] - load for name in ('plain', 'silos'))
        self.row(f'{self.o.events} process creations, none in a container', f'{plain / self.o.events * 1e6:.2f} µs/event', 'read once')
        self.row('the same, half of them in containers of 100', f'{silos / self.o.events * 1e6:.2f} µs/event', 'read twice')
        self.row('context, an event that concerns it', f'{(silos - 2 * plain) / (self.o.events / 2) * 1e6:.2f} µs', 'must ≤ 1.0')

    def inventory(self):
        folder = os.path.join(self.scratch, 'host')
        os.mkdir(folder)
        corpora.container_host(folder, 10 * self.o.events, self.o.events // 10, 0.5)
        seconds, peak = self.hunt(folder, '--threads', '1', runs=1)
        self.row(f'{self.o.events // 10:,} containers and {10 * self.o.events:,} processes of one host', f'{peak:.0f} MB', f'must ≤ 500 at 10,000 and 1 million; {seconds:.1f} s')
        shutil.rmtree(folder)

    def executables(self):
        """All executables of some folders, read from the page cache by one thread, beside binutils listing the same tables."""
        files = executables(self.o.executables.split(','), self.o.size << 20)
        folder = os.path.join(self.scratch, 'executables')
        os.mkdir(folder)
        for number, path in enumerate(files):
            shutil.copy(path, os.path.join(folder, f'{number}_{os.path.basename(path)}'))
        total = sum(os.path.getsize(path) for path in files) / 1e9
        command = [self.o.siloscope, 'inspect', folder, '--threads', '1', '--min-severity', 'medium', '--json']
        seconds, peak = cpu(command, self.o.runs)
        said = [json.loads(line) for line in subprocess.run(command, capture_output=True).stdout.splitlines()]
        found = [entry for entry in said if entry.get('findings')]
        peer, _ = cpu(['bash', '-c', 'find "$1" -type f -print0 | xargs -0 readelf -Wlhd; true', '-', folder], self.o.runs)
        self.row(f'{len(files):,} executables, {total:.2f} GB, inspected', f'{total / seconds:.2f} GB/s',
                 f'must ≥ 1; peak {peak:.0f} MB; readelf -lhd {total / peer:.2f} GB/s; medium or above: {len(found)} files')
        shutil.rmtree(folder)
        dump = os.path.join(self.scratch, 'big.dmp')
        corpora.dump(dump, 4 << 30)
        seconds, peak = cpu([self.o.siloscope, 'inspect', dump], self.o.runs)
        _, small = cpu([self.o.siloscope, 'inspect', files[0]], 1)
        self.row('a process dump of 4 GiB', f'{peak:.0f} MB peak', f'must be constant; a small program {small:.0f} MB; {seconds:.2f} s')
        os.remove(dump)

    def memory(self):
        log = os.path.join(self.scratch, 'big.evtx')
        dense_log(self.o.evtx, log, 3 * self.o.size)
        _, peak = self.hunt(log, '--format', 'csv', runs=1)
        self.row(f'peak memory, {3 * self.o.size} MB of logs, sorted timeline', f'{peak:.0f} MB', 'must ≤ 300, aim ≤ 120')
        os.remove(log)


def executables(folders, limit):
    """Paths of programs and libraries below folders, until their sizes reach `limit` bytes."""
    found, size = [], 0
    for folder in folders:
        for place, _, names in os.walk(folder):
            for path in (os.path.join(place, name) for name in sorted(names)):
                if size >= limit or os.path.islink(path) or not os.path.isfile(path):
                    continue
                with open(path, 'rb') as file:
                    head = file.read(4)
                if head == b'\x7fELF' or head[:2] == b'MZ':
                    found.append(path)
                    size += os.path.getsize(path)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--siloscope', required=True)
    parser.add_argument('--evtx', required=True)
    parser.add_argument('--rules', required=True)
    parser.add_argument('--size', type=int, default=1024)
    parser.add_argument('--events', type=int, default=100_000)
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--executables', default='/usr/bin,/usr/lib', help='folders of programs and libraries')
    parser.add_argument('--only', default='evtx,threads,ndjson,formats,load,curve,memory,context,inventory,executables')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(options, scratch)
        print('| what | result | note |\n|---|---|---|')
        for name in options.only.split(','):
            getattr(bench, name)()


if __name__ == '__main__':
    main()
