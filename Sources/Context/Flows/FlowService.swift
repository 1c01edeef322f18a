/// Ports that say what is behind them.
enum FlowService {
    /// The service that listens there by custom; empty if none is known. IANA's service names where there is one.
    static func name(_ port: UInt16) -> String { names[port] ?? "" }

    /// What a host offers on a port that no application in a container needs; empty for others.
    static func hostService(_ port: UInt16) -> String { ofHosts[port] ?? "" }

    /// Ports on which a server program listens unless told otherwise.
    static func ports(ofProgram program: String) -> [UInt16] { ofPrograms[program] ?? [] }

    private static let names: [UInt16: String] = [
        25: "smtp", 53: "dns", 80: "http", 88: "kerberos", 110: "pop3", 123: "ntp", 143: "imap", 389: "ldap",
        443: "https",
        465: "smtps", 514: "syslog", 587: "submission", 636: "ldaps", 993: "imaps", 1433: "ms-sql", 1521: "oracle",
        1883: "mqtt", 2049: "nfs", 2181: "zookeeper", 3306: "mysql", 4317: "otlp", 4318: "otlp", 5044: "beats",
        5432: "postgresql", 5672: "amqp", 6379: "redis", 6831: "jaeger", 8086: "influxdb", 8125: "statsd",
        8200: "vault",
        8300: "consul", 8500: "consul", 8883: "mqtts", 9000: "fastcgi", 9042: "cassandra", 9090: "prometheus",
        9092: "kafka", 9093: "alertmanager", 9100: "node-exporter", 9200: "elasticsearch", 9300: "elasticsearch",
        11211: "memcached", 15672: "rabbitmq", 26379: "redis", 27017: "mongodb",
    ]

    private static let ofHosts: [UInt16: String] = [
        22: "ssh", 135: "rpc", 139: "netbios", 445: "smb", 2375: "engine", 2376: "engine", 2377: "swarm", 3389: "rdp",
        5985: "winrm", 5986: "winrm", 6443: "kubernetes-api", 10250: "kubelet", 10255: "kubelet",
    ]

    private static let ofPrograms: [String: [UInt16]] = [
        "redis-server": [6379], "redis-server.exe": [6379], "valkey-server": [6379], "postgres": [5432],
        "mysqld": [3306], "mysqld.exe": [3306], "mariadbd": [3306], "mongod": [27017], "mongod.exe": [27017],
        "nginx": [80, 443], "nginx.exe": [80, 443], "httpd": [80, 443], "httpd.exe": [80, 443], "caddy": [80, 443],
        "haproxy": [80, 443], "traefik": [80, 443, 8080], "memcached": [11211], "rabbitmq-server": [5672, 15672],
        "sqlservr.exe": [1433], "sqlservr": [1433], "servicemonitor.exe": [80, 443], "w3wp.exe": [80, 443],
        "prometheus": [9090], "node_exporter": [9100], "vault": [8200], "consul": [8500], "etcd": [2379, 2380],
    ]
}
