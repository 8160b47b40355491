import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("JSON report")
struct JSONReportTests {
  private func render(_ sample: Sample) -> String {
    JSONReport().render(sample.report, generator: Sample.generator)
  }

  @Test("the members of the contract stand in their order")
  func members() {
    var rest = render(.blocked)[...]
    let expected = [
      "{\n  \"schema\": \"tunnelscope-report/2\",\n  \"generator\": {\n    \"name\": \"tunnelscope\"",
      "\"version\": \"0.1.0\"", "\"answer\": \"DTLS on UDP 443", "\"verdict\": \"broken\"",
      "\"captures\": [", "\"id\": \"c1\"", "\"name\": \"client.pcap\"",
      "\"link_types\": [\n        \"Ethernet\"\n      ]",
      "\"start\": \"2026-11-24T02:03:00.000000000Z\"", "\"complete\": true", "\"problem\": null",
      "\"tunnels\": [", "\"family\": \"tls-vpn\"", "\"product\": null", "\"address\": \"198.51.100.10\"",
      "\"server_name\": \"vpn.example.com\"", "\"users\": []", "\"inner_addresses\": []", "\"channels\": [",
      "\"channel\": \"tls\"", "\"role\": \"control\"", "\"cipher_suite\": \"TLS_AES_256_GCM_SHA384\"",
      "\"end\": null,\n              \"end_reason\": \"still open at the end\"", "\"mtu\": 1347",
      "\"channel\": \"dtls\"", "\"outcome\": \"unanswered\"", "\"openings\": 4", "\"client_packets\": null",
      "\"mtu\": 1418",
      "\"path\": 1400",
      "\"findings\": [", "\"rule\": \"mtu-reconnect\"", "\"channel\": null",
      "\"causes\": [\n        \"F2\",\n        \"F1\"\n      ]",
      "\"median_seconds\": 60.02", "\"spread_seconds\": 0.013", "\"one_minute\": true",
      "\"checks\": [", "\"outcome\": \"not_visible\"",
      "\"timeline\": [", "\"kind\": \"session\"", "\"channel\": \"tls\"", "\"count\": 4", "\"frame\": 25",
    ]
    for text in expected {
      let found = rest.firstRange(of: text)
      #expect(found != nil, "\(text) is missing or out of order")
      if let found { rest = rest[found.upperBound...] }
    }
  }

  @Test("text from outside stays data: nothing invisible is written as it is, and nothing is lost")
  func hostile() {
    let text = render(.hostile)
    let bad = text.unicodeScalars.count { VisibleText.isHidden($0) && $0 != "\n" }
    #expect(bad == 0)
    #expect(text.contains("\\u001b[31m\\u202egpj.exe\\n# \\u009b2J\\u200b"))
    #expect(text.contains("alert(\\\"1\\\")"))
  }

  @Test("strings are escaped as RFC 8259 asks, beyond the basic plane with surrogates")
  func strings() {
    let text = JSONWriter.document { $0.member("text", "\"\\\n\r\t\u{0}\u{7F}é😀\u{E0041}") }
    #expect(text == "{\n  \"text\": \"\\\"\\\\\\n\\r\\t\\u0000\\u007fé😀\\udb40\\udc41\"\n}\n")
  }

  @Test("every character is escaped or not wherever it stands in a string", arguments: 0..<20)
  func places(_ place: Int) {
    for code in UInt8(0)...0x80 {
      let special = Unicode.Scalar(code)
      let string = String(repeating: "a", count: place) + String(special) + String(repeating: "z", count: 19 - place)
      let escaped = code < 0x20 || code >= 0x7F || special == "\"" || special == "\\"
      let text = JSONWriter.line { $0.member("text", string) }
      #expect(text.contains("\"\(string)\"") != escaped, "U+\(String(code, radix: 16)) at \(place)")
      #expect(text.hasPrefix("{\"text\":\"" + String(repeating: "a", count: place)))
    }
  }

  @Test("lists of numbers stand on one line, what is empty takes none, and no number is a null")
  func layout() {
    let text = JSONWriter.document { json in
      json.member("nan", Double.nan)
      json.array("numbers", [1, 2.5])
      json.array("none", [String]())
      json.object("empty") { _ in }
      json.array("pairs", [1, 2]) { value, json in json.element([value, value]) }
      json.object("absent", Int?.none) { _, _ in }
    }
    #expect(
      text == """
        {
          "nan": null,
          "numbers": [1, 2.5],
          "none": [],
          "empty": {},
          "pairs": [
            [1, 1],
            [2, 2]
          ],
          "absent": null
        }

        """)
  }

  @Test("a line of NDJSON has no break in it")
  func line() {
    let text = JSONWriter.line { json in
      json.member("a", 1)
      json.object("b") { $0.array("c", [1, 2]) }
      json.array("d", ["x\ny", "z"])
    }
    #expect(text == "{\"a\":1,\"b\":{\"c\":[1,2]},\"d\":[\"x\\ny\",\"z\"]}\n")
  }

  @Test(
    "a report in blocks is the whole report, and an error of the sink ends it", arguments: Sample.allCases)
  func blocks(sample: Sample) throws {
    var bytes: [UInt8] = []
    try ReportFormat.json.write(sample.report, generator: Sample.generator) { block in
      unsafe block.withUnsafeBytes { block in unsafe bytes.append(contentsOf: block) }
    }
    let same = String(decoding: bytes, as: UTF8.self) == render(sample)
    #expect(same)

    struct Full: Error {}
    var blocks = 0
    #expect(throws: Full.self) {
      try ReportFormat.json.write(sample.report, generator: Sample.generator) { _ in
        blocks += 1
        throw Full()
      }
    }
    #expect(blocks == 1)
  }

  @Test("the same report gives the same bytes")
  func deterministic() {
    let same = render(.many) == render(.many)
    #expect(same)
  }

  // Needs python3 with the jsonschema module.
  @Test(
    "every report is valid against the schema in Documentation",
    .enabled(if: Schema.canValidate, "python3 has no jsonschema"),
    arguments: Sample.allCases)
  func schema(sample: Sample) throws {
    let complaints = try Schema.report.complaints(about: render(sample))
    #expect(complaints == nil)
  }

  // Needs python3 with the jsonschema module.
  @Test(
    "the schema refuses what the contract does not allow",
    .enabled(if: Schema.canValidate, "python3 has no jsonschema"),
    arguments: [
      ("\"tunnelscope-report/2\"", "\"tunnelscope-report/1\""), ("\"severity\": \"error\"", "\"severity\": \"fatal\""),
      (".000000000Z", "Z"), ("\"hellos\": 20", "\"hellos\": \"20\""), ("\"complete\": true", "\"complete\": 1"),
      ("\"answer\"", "\"reply\""), ("\"channel\": \"dtls\"", "\"channel\": \"udp\""),
      ("\"verdict\": \"broken\"", "\"verdict\": \"bad\""), ("\"outcome\": \"clear\"", "\"outcome\": \"fine\""),
      ("\"line\": null", "\"line\": 1"), ("\"openings\": 4", "\"openings\": -4"), ("\"frame\": 25", "\"frame\": 0"),
    ])
  func refusal(change: (String, String)) throws {
    let text = render(.blocked)
    try #require(text.contains(change.0))
    #expect(try Schema.report.complaints(about: text.replacing(change.0, with: change.1)) != nil)
  }
}
