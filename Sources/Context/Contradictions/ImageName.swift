/// An image reference in parts: `registry:5000/corp/shop-web:1.4@sha256:…` → repository `registry:5000/corp/shop-web`.
struct ImageName: Hashable {
    /// Everything before the tag, lower case, without Docker's own registry.
    var repository: String
    /// The last part of the repository.
    var name: String { repository.split(separator: "/").last.map(String.init) ?? repository }

    /// Nil for ids and for what is empty.
    init?(_ reference: String) {
        var text = Substring(ASCII.lowered(reference))
        if let at = text.firstIndex(of: "@") { text = text[..<at] }
        let slash = text.lastIndex(of: "/") ?? text.startIndex
        if let colon = text[slash...].lastIndex(of: ":") { text = text[..<colon] }
        for prefix in ["docker.io/library/", "docker.io/", "library/", "localhost/"] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        guard !text.isEmpty, text != "sha256", !(text.utf8.count == 64 && text.utf8.allSatisfy(ASCII.isHexDigit)) else {
            return nil
        }
        repository = String(text)
    }

    /// Whether the name promises software that everybody knows, which nobody makes by committing a container of another.
    var isWellKnown: Bool { ImageName.wellKnown.contains(name) }

    private static let wellKnown: Set<String> = [
        "alpine", "aspnet", "busybox", "caddy", "cassandra", "centos", "consul", "coredns", "debian", "dotnet",
        "elasticsearch",
        "etcd", "fluent-bit", "fluentd", "ghost", "golang", "grafana", "haproxy", "httpd", "iis", "influxdb", "jenkins",
        "keycloak", "kibana", "logstash", "mariadb", "memcached", "minio", "mongo", "mssql", "mysql", "nanoserver",
        "nginx",
        "node", "node-exporter", "openjdk", "pause", "php", "portainer", "postgres", "prometheus", "python", "rabbitmq",
        "redis", "registry", "ruby", "runtime", "sdk", "servercore", "sonarqube", "tomcat", "traefik", "ubuntu",
        "vault",
        "windows", "wordpress", "zookeeper",
    ]
}
