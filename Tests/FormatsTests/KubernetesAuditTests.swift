import Events
import Testing

@testable import Formats

/// Audit logs of Kubernetes, plain and as the clouds wrap them.
@Suite struct KubernetesAuditTests {
    static let event =
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/web-1/exec?command=sh&command=-c&command=id%20%7C+x&container=web&stdin=true","verb":"create","user":{"username":"alice"},"sourceIPs":["10.0.0.5"],"objectRef":{"resource":"pods","namespace":"shop","name":"web-1","subresource":"exec"},"responseStatus":{"code":101},"requestReceivedTimestamp":"2026-11-23T17:24:31.500000Z","stageTimestamp":"2026-11-23T17:24:32Z"}"#
    static var escaped: String { event.replacing("\"", with: "\\\"") }

    static let shapes: [(name: String, text: String, count: Int)] = [
        ("lines", event + "\n" + event.replacing("ResponseComplete", with: "RequestReceived"), 2),
        ("list", #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":["# + event + "," + event + "]}", 2),
        ("array", "[" + event + ",\n" + event + "]", 2),
        ("pretty", event.replacing(",\"", with: ",\n  \"").replacing("{\"kind", with: "{\n  \"kind"), 1),
        (
            "CloudWatch",
            #"{"messageType":"DATA_MESSAGE","logGroup":"/aws/eks/c/cluster","logStream":"kube-apiserver-audit-1","logEvents":[{"id":"1","timestamp":1,"message":""#
                + escaped + #""}]}"#, 1
        ),
        (
            "get-log-events",
            "{\n \"events\": [\n  {\"timestamp\": 1, \"message\": \"" + escaped + "\", \"ingestionTime\": 2}]}", 1
        ),
        ("message", #"{"timestamp":1,"message":""# + escaped + #""}"#, 1),
        (
            "AKS",
            #"{"category":"kube-audit","time":"2026-11-23T17:24:35Z","properties":{"log":""# + escaped
                + #"\n","stream":"stdout"}}"#, 1
        ),
        ("AKS records", #"{"records":[{"category":"kube-audit","properties":{"log":""# + escaped + #"\n"}}]}"#, 1),
    ]

    @Test("every wrapping gives the same fields", arguments: shapes.map(\.name)) func wrappings(_ name: String) throws {
        let shape = try #require(Self.shapes.first { $0.name == name })
        let found = try #require(Decoded.recognised(shape.text, fileExtension: "json"))
        #expect(
            found.format == "kubernetes-audit" && found.decoded.defects.isEmpty,
            "\(found.format) \(found.decoded.defects)")
        #expect(found.decoded.events.count == shape.count)
        for event in found.decoded.events {
            #expect(event.origin == Origin(product: "kubernetes", category: "application", service: "audit"))
            #expect(event["verb"] == ["create"] && event["objectRef.subresource"] == ["exec"])
            #expect(event["Exec.Command"] == ["sh -c id | x"] && event["ContainerName"] == ["web"])
            #expect(event["PodName"] == ["web-1"] && event["PodNamespace"] == ["shop"])
            #expect(event["user.username"] == ["alice"] && event["User"] == ["alice"])
            #expect(event.time == 1_795_454_671_500_000_000)
        }
    }

    @Test("Google's records are translated") func google() throws {
        let text =
            #"{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"a@x"},"methodName":"io.k8s.core.v1.pods.exec.create","requestMetadata":{"callerIp":"1.2.3.4","callerSuppliedUserAgent":"kubectl"},"resourceName":"core/v1/namespaces/shop/pods/web-1/exec","serviceName":"k8s.io","status":{"code":7},"request":{"spec":{"volumes":[{"hostPath":{"path":"/"}}]}}},"resource":{"type":"k8s_cluster"},"timestamp":"2026-11-23T17:24:31.5Z"}"#
        let found = try #require(Decoded.recognised(text, fileExtension: "json"))
        let event = try #require(found.decoded.events.first)
        #expect(found.format == "kubernetes-audit" && found.decoded.defects.isEmpty)
        #expect(event["verb"] == ["create"] && event["objectRef.resource"] == ["pods"])
        #expect(event["objectRef.subresource"] == ["exec"] && event["objectRef.namespace"] == ["shop"])
        #expect(event["objectRef.name"] == ["web-1"] && event["PodName"] == ["web-1"])
        #expect(event["responseStatus.code"] == ["403"] && event["user.username"] == ["a@x"])
        #expect(event["sourceIPs"] == ["1.2.3.4"] && event["userAgent"] == ["kubectl"])
        #expect(event["hostPath"] == ["/"] && event["requestObject.spec.volumes.hostPath.path"] == ["/"])
        let role = try #require(
            Decoded.recognised(
                text.replacing("core.v1.pods.exec.create", with: "authorization.rbac.v1.clusterrolebindings.create"))?
                .decoded.events.first)
        #expect(role["objectRef.apiGroup"] == ["rbac.authorization.k8s.io"])
        #expect(role["objectRef.resource"] == ["clusterrolebindings"] && role["objectRef.subresource"] == [])
    }

    @Test("HostProcess, ephemeral containers, capabilities and host paths are fields") func dangerous() throws {
        let text =
            #"{"auditID":"a","stage":"ResponseComplete","verb":"patch","objectRef":{"resource":"pods","subresource":"ephemeralcontainers"},"requestObject":{"spec":{"securityContext":{"windowsOptions":{"hostProcess":true}},"ephemeralContainers":[{"name":"dbg","targetContainerName":"web","securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}],"volumes":[{"hostPath":{"path":"/"}}]}},"requestReceivedTimestamp":"2026-11-23T17:24:31Z"}"#
        let event = try #require(Decoded.recognised(text)?.decoded.events.first)
        #expect(event["requestObject.spec.securityContext.windowsOptions.hostProcess"] == ["true"])
        #expect(event["requestObject.spec.ephemeralContainers.targetContainerName"] == ["web"])
        #expect(event["capabilities"] == ["SYS_ADMIN"] && event["hostPath"] == ["/"])
    }

    @Test("records that are no audit events and broken texts are said, the others stay") func foreign() {
        let good = #"{"message":""# + Self.escaped + #""}"#
        let text = [good, #"{"message":"{\"a\": 1}"}"#, #"{"message":"I1123 started"}"#, good].joined(separator: "\n")
        let found = Decoded.recognised(text)
        #expect(found?.format == "kubernetes-audit")
        #expect(found?.decoded.events.count == 2)
        #expect(
            found?.decoded.defects.map(\.code) == ["kubernetes-not-an-audit-event", "kubernetes-not-an-audit-event"])
    }

    @Test(
        "other JSON is left alone",
        arguments: [
            #"{"kind":"Event","apiVersion":"v1","reason":"Started","message":"x"}"#,
            #"{"kind":"EventList","apiVersion":"v1","items":[]}"#, #"{"message":"audit.k8s.io/v1"}"#,
            #"{"log":{"properties":{"log":"{\"apiVersion\":\"audit.k8s.io/v1\",\"stage\":\"x\"}"}}}"#,
        ])
    func others(_ text: String) { #expect(Decoded.recognised(text)?.format == "ndjson") }
}
