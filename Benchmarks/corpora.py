"""Logs of every kind that the decoders are timed on: made here, with varied values, the same for the same seed."""
import json, os, random, time


def _clock(i):
    return f'{8 + i // 3600 % 12:02}:{i // 60 % 60:02}:{i % 60:02}'


def windows_ndjson(rng, i):
    image = f'C:\\Windows\\System32\\svc{i % 500}.exe'
    return json.dumps({
        '@timestamp': f'2026-01-05T{_clock(i)}.{i % 1000:03}Z', 'Hostname': f'WS{i % 40:02}.corp.local',
        'Channel': 'Microsoft-Windows-Sysmon/Operational', 'EventID': 1, 'SourceName': 'Microsoft-Windows-Sysmon',
        'RecordNumber': i, 'Image': image, 'CommandLine': f'{image} -k net{i % 77} -p {i}',
        'ParentImage': 'C:\\Windows\\System32\\services.exe', 'User': 'NT AUTHORITY\\SYSTEM',
        'ProcessId': str(1000 + i % 9000), 'ParentProcessId': '612', 'Hashes': f'SHA256={rng.getrandbits(256):064x}',
        'ProcessGuid': f'{{5770385f-c22a-43e0-bf4c-{i:012x}}}', 'CurrentDirectory': 'C:\\Windows\\system32\\',
        'UtcTime': f'2026-01-05 {_clock(i)}.{i % 1000:03}', 'IntegrityLevel': 'System', 'LogonId': '0x3e7'}) + '\n'


def windows_xml(rng, i):
    image = f'C:\\Windows\\System32\\svc{i % 500}.exe'
    data = {
        'RuleName': '-', 'UtcTime': f'2026-01-05 {_clock(i)}.{i % 1000:03}', 'ProcessId': 1000 + i % 9000, 'Image': image,
        'ProcessGuid': f'{{5770385f-c22a-43e0-bf4c-{i:012x}}}', 'CommandLine': f'"{image}" -k net{i % 77} &amp; -p {i}',
        'CurrentDirectory': 'C:\\Windows\\system32\\', 'User': 'NT AUTHORITY\\SYSTEM', 'IntegrityLevel': 'System',
        'Hashes': f'SHA256={rng.getrandbits(256):064x}', 'ParentProcessId': 612,
        'ParentImage': 'C:\\Windows\\System32\\services.exe', 'ParentCommandLine': 'C:\\Windows\\system32\\services.exe'}
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
        "Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/><EventID>1</EventID><Version>5"
        "</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated "
        f"SystemTime='2026-01-05T{_clock(i)}.{i % 10000000:07}Z'/><EventRecordID>{i}</EventRecordID><Correlation/>"
        "<Execution ProcessID='2528' ThreadID='3784'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>"
        f"WS{i % 40:02}.corp.local</Computer><Security UserID='S-1-5-18'/></System><EventData>"
        + ''.join(f"<Data Name='{name}'>{value}</Data>" for name, value in data.items()) + '</EventData></Event>\n')


def strace(rng, i):
    pid, clock = 3000 + i % 40, f'{_clock(i)}.{i % 1000000:06}'
    call = (
        f'openat(AT_FDCWD, "/var/lib/app/data{i % 900}.db", O_RDONLY|O_CLOEXEC) = {i % 60}',
        f'read({i % 60}</var/lib/app/data{i % 900}.db>, "\\177ELF\\2\\1\\1\\0\\0\\0"..., 832) = 832',
        f'connect(5, {{sa_family=AF_INET, sin_port=htons({i % 60000}), sin_addr=inet_addr("10.0.{i % 250}.7")}}, 16) = 0',
        f'execve("/usr/bin/tool{i % 300}", ["tool{i % 300}", "-c", "echo {i}"], 0x7ffd /* 21 vars */) = 0',
        f'mprotect(0x7f{i % 4096:09x}, 4096, PROT_READ) = 0',
        f'stat("/etc/app{i % 70}.conf", 0x7ffc{i % 65536:08x}) = -1 ENOENT (No such file or directory)')[i % 6]
    return f'{pid}  {clock} {call}\n'


def auditd(rng, i):
    serial, pid = 100000 + i, 3000 + i % 9000
    head = f'msg=audit({1795453843 + i // 50}.{i % 1000:03}:{serial}):'
    return (
        f'type=SYSCALL {head} arch=c000003e syscall=59 success=yes exit=0 a0=55d{i % 4096:03x} a1=55e0 a2=55f0 a3=8 items=2 '
        f'ppid={pid - 1} pid={pid} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=3 '
        f'comm="tool{i % 300}" exe="/usr/bin/tool{i % 300}" key="exec"\n'
        f'type=EXECVE {head} argc=3 a0="tool{i % 300}" a1="-c" a2={f"echo {i}".encode().hex().upper()}\n'
        f'type=CWD {head} cwd="/var/lib/app"\n'
        f'type=PATH {head} item=0 name="/usr/bin/tool{i % 300}" inode={i} dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 '
        f'nametype=NORMAL\n'
        f'type=PROCTITLE {head} proctitle={f"tool{i % 300}".encode().hex().upper()}002D63\n')


def zeek_conn(rng, i):
    head = '' if i else (
        '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\t'
        'id.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n#types\ttime\tstring\t'
        'addr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n')
    return head + (
        f'{1795453843 + i // 9}.{i % 1000000:06}\tC{rng.getrandbits(60):x}\t10.0.{i % 250}.{i % 199}\t{i % 60000}\t10.1.0.{i % 77}\t'
        f'{(80, 443, 8443, 2375)[i % 4]}\ttcp\t-\t0.{i % 1000:03}\t{i % 9000}\t{i % 77777}\tSF\n')


def procmon_csv(rng, i):
    head = '' if i else (
        '\ufeff"Time of Day","Process Name","PID","Operation","Path","Result","Detail","TID"\r\n')
    return head + (
        f'"{_clock(i)}.{i % 10000000:07}","svc{i % 500}.exe","{1000 + i % 9000}","ReadFile",'
        f'"C:\\Windows\\System32\\drivers\\file{i % 900}.sys","SUCCESS",'
        f'"Offset: {i % 999},{i % 900 + 100}, Length: 16,384, I/O Flags: Non-cached, Paging I/O","{3000 + i % 50}"\r\n')


def dockerd_log(rng, i):
    return (
        f'time="2026-01-05T{_clock(i)}.{i % 1000000000:09}Z" level={("info", "debug", "warning")[i % 3]} msg="Calling '
        f'{("GET", "POST")[i % 2]} /v1.41/containers/{rng.getrandbits(256):064x}/json" module=api spanID={i:016x}\n')


def docker_events(rng, i):
    container = f'{rng.getrandbits(256):064x}'
    return json.dumps({
        'status': 'exec_start: /bin/sh -c wget -qO- http://127.0.0.1:8080/healthz || exit 1', 'id': container,
        'from': f'corp/app{i % 50}:1.{i % 9}', 'Type': 'container',
        'Action': 'exec_start: /bin/sh -c wget -qO- http://127.0.0.1:8080/healthz || exit 1',
        'Actor': {'ID': container, 'Attributes': {
            'execID': f'{rng.getrandbits(256):064x}', 'image': f'corp/app{i % 50}:1.{i % 9}', 'name': f'app-{i % 300}'}},
        'scope': 'local', 'time': 1795453864 + i, 'timeNano': (1795453864 + i) * 10**9 + i % 10**9}) + '\n'


PROGRAMS = [r'C:\Windows\System32\svchost.exe', r'C:\Windows\System32\cmd.exe', r'C:\Program Files\Shop\worker.exe',
            r'C:\Windows\System32\conhost.exe', r'C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe']


def container_host(folder, processes, containers, share):
    """One host: Docker events of so many containers, and Sysmon process creations of which a share run in silos."""
    rng, base = random.Random(7), 1767600000
    with open(os.path.join(folder, 'docker-events.jsonl'), 'w', encoding='utf-8') as out:
        for index in range(containers):
            identity = f'{rng.getrandbits(256):064x}'
            for action, after in (('create', 0), ('start', 1), ('die', 3000), ('destroy', 3001)):
                moment = base + index * 3 + after
                out.write(json.dumps({
                    'Type': 'container', 'Action': action,
                    'Actor': {'ID': identity, 'Attributes': {'image': f'corp/svc{index % 50}:1', 'name': f'svc-{index}'}},
                    'scope': 'local', 'time': moment, 'timeNano': moment * 10**9}) + '\n')
    step = max(3 * containers, 3600) / max(1, processes)
    with open(os.path.join(folder, 'sysmon.ndjson'), 'w', encoding='utf-8') as out:
        for index in range(processes):
            moment = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(base + index * step)) + f'.{index % 1000:03}Z'
            # Whoever runs in a silo was started there: index and parent agree on it.
            lane = index % (2 * max(1, containers))
            in_silo = lane < 2 * max(1, containers) * share
            parent = max(lane, index - 2 * max(1, containers) * rng.randint(1, 5))
            image = PROGRAMS[index % 5]
            if in_silo:
                image = f'\\Device\\VhdHardDisk{{{lane:08x}-0000-0000-0000-000000000000}}' + image[2:]
            out.write(json.dumps({
                'Channel': 'Microsoft-Windows-Sysmon/Operational', 'EventID': 1, 'Provider_Name': 'Microsoft-Windows-Sysmon',
                'Computer': 'HOST1', 'SystemTime': moment, 'UtcTime': moment[:-1].replace('T', ' '),
                'ProcessGuid': f'{{{index:08x}-1111-2222-3333-{index:012x}}}', 'ProcessId': index * 4 % 60000 + 4, 'Image': image,
                'CommandLine': f'{image} -k x{index}',
                'User': r'User Manager\ContainerAdministrator' if in_silo else r'NT AUTHORITY\SYSTEM',
                'ParentProcessGuid': f'{{{parent:08x}-1111-2222-3333-{parent:012x}}}', 'ParentProcessId': parent * 4 % 60000 + 4,
                'ParentImage': PROGRAMS[parent % 5]}) + '\n')


# The peer is what people would write in Python for the same format; the least it must do is split records into fields.
JSON = 'import sys,json\nfor line in open(sys.argv[1],"rb"): json.loads(line)\n'
ORJSON = 'import sys,orjson\nfor line in open(sys.argv[1],"rb"): orjson.loads(line)\n'
ETREE = 'import sys\nfrom xml.etree.ElementTree import fromstring\nfor line in open(sys.argv[1],"rb"):\n  for e in fromstring(line).iter(): e.text\n'
PAIRS = 'import sys,re\nfind=re.compile(rb\'([\\w.]+)=("(?:[^"\\\\\\\\]|\\\\\\\\.)*"|\\S+)\').findall\nfor line in open(sys.argv[1],"rb"): dict(find(line))\n'
STRACE = 'import sys,re\nmatch=re.compile(rb"(\\d+)\\s+(\\S+) (\\w+)\\((.*)\\)\\s+= (.*)").match\nfor line in open(sys.argv[1],"rb"): match(line)\n'
SPLIT = 'import sys\nfor line in open(sys.argv[1],"rb"): line.rstrip(b"\\n").split(b"\\t")\n'
CSV = 'import sys,csv\nfor row in csv.reader(open(sys.argv[1],encoding="utf-8-sig",newline="")): pass\n'

# name, file name, lines, peers, what the issue asks for in MB/s
KINDS = [
    ('Windows events, NDJSON', 'win.ndjson', windows_ndjson, [('orjson', ORJSON), ('json', JSON)], 400),
    ('Windows events, XML', 'win.xml', windows_xml, [('xml.etree', ETREE)], 200),
    ('strace', 'app.strace', strace, [('re', STRACE)], 150),
    ('auditd', 'audit.log', auditd, [('re', PAIRS)], 150),
    ('Docker events, NDJSON', 'docker-events.jsonl', docker_events, [('orjson', ORJSON), ('json', JSON)], 400),
    ('dockerd log', 'dockerd.log', dockerd_log, [('re', PAIRS)], 0),
    ('Zeek conn, TSV', 'conn.log', zeek_conn, [('split', SPLIT)], 0),
    ('Procmon CSV', 'procmon.csv', procmon_csv, [('csv', CSV)], 0),
]


def write(path, line, megabytes):
    """Writes line after line until so many megabytes are there."""
    rng, size, index = random.Random(7), 0, 0
    with open(path, 'w', encoding='utf-8', newline='') as out:
        while size < megabytes << 20:
            size += out.write(line(rng, index))
            index += 1


def dump(path, size, regions=4096):
    """A minidump of one module, one thread and `size` bytes of memory, which are holes in the file."""
    import struct
    name = 'C:\\lab\\app.exe'.encode('utf-16le')
    system = struct.pack('<HHHBBIIIIIHH', 9, 6, 0, 2, 1, 10, 0, 19045, 2, 0, 0, 0) + bytes(24)
    step = size // regions
    starts = [0x1_0000_0000 + index * step * 2 for index in range(regions)]
    at = 32 + 12 * 5
    text = struct.pack('<I', len(name)) + name + bytes(2)
    text_at = at + len(system)
    modules_at = text_at + len(text)
    modules = struct.pack('<I', 1) + struct.pack('<QIIII', 0x1_4000_0000, 0x9000, 0, 77, text_at) + bytes(84)
    threads_at = modules_at + len(modules)
    threads = struct.pack('<I', 1) + struct.pack('<IIIIQQIIII', 1, 0, 0, 0, 0x67FE_0000, 0x1000, 0, 0, 0, 0)
    memory_at = threads_at + len(threads)
    memory_length = 16 + 16 * regions
    info_at = memory_at + memory_length
    info = struct.pack('<IIQ', 16, 48, regions) + b''.join(
        struct.pack('<QQIIQIIII', start, start, 4, 0, step, 0x1000, 4, 0x20000, 0) for start in starts)
    data = (info_at + len(info) + 4095) // 4096 * 4096
    memory = struct.pack('<QQ', regions, data) + b''.join(struct.pack('<QQ', start, step) for start in starts)
    streams = [(7, system, at), (4, modules, modules_at), (3, threads, threads_at), (9, memory, memory_at), (16, info, info_at)]
    with open(path, 'wb') as file:
        file.write(struct.pack('<IIIIIIQ', 0x504D444D, 0xA793, len(streams), 32, 0, 0, 2))
        file.write(b''.join(struct.pack('<III', kind, len(body), place) for kind, body, place in streams))
        file.write(system + text + modules + threads + memory + info)
        file.truncate(data + size)
