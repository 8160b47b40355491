import Testing

@testable import ObservationStreams

@Suite("numbers in lines")
struct NumberRangeTests {
  @Test(
    "counts and sizes up to 2^48 and any times pass",
    arguments: [
      #"{"packets":281474976710656,"time":-9223372036854775808,"last":9223372036854775807}"#, #"{"a":[1,2,3],"b":0}"#,
      #"{"name":"a:-5, \"packets\":-5","x":"\\"}"#, "", "{", #"{"a":"unfinished -1"#, #"{"a\"#,
    ])
  func passes(line: String) { #expect(NumberRange.violation(in: Array(line.utf8)[...]) == nil) }

  @Test(
    "others are named",
    arguments: [
      (#"{"packets":281474976710657}"#, "packets"), (#"{"time":1,"mtu":-1}"#, "mtu"), (#"{"order":[1,2,-3]}"#, "order"),
      (#"{"bytes":99999999999999999999999999}"#, "bytes"), (#"{"packets" : -5}"#, "packets"),
      (#"{"name":"\\","mtu":-1}"#, "mtu"),
    ])
  func refused(line: String, member: String) { #expect(NumberRange.violation(in: Array(line.utf8)[...]) == member) }
}
