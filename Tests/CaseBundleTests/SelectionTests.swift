import Analysis
import Capture
import Correlation
import Observations
import Testing

@testable import CaseBundle

@Suite("Choosing evidence")
struct SelectionTests {
  private static let client = Endpoint(IPAddress(v4: 0xC633_640A), 40_000)
  private static let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 443)

  /// A capture of one DTLS association, and its packets by time.
  private struct Association {
    var writer = PcapNGWriter()
    var count = 0

    init() { writer.addInterface(linkTypeNumber: 101) }

    mutating func send(fromClient: Bool, at seconds: Double, _ payload: [UInt8]) {
      let (source, destination) = fromClient ? (client, gateway) : (gateway, client)
      let length = 28 + payload.count
      let header: [UInt8] =
        [0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 1, 0x40, 0, 64, 17, 0, 0] + source.address.bytes
        + destination.address.bytes + [UInt8](bigEndian: UInt64(source.port), count: 2)
        + [UInt8](bigEndian: UInt64(destination.port), count: 2) + [UInt8](bigEndian: UInt64(length - 20), count: 2)
        + [0, 0]
      let packet = header + payload
      unsafe writer.addPacket(
        packet.span.bytes, originalLength: packet.count, time: Timestamp(nanoseconds: Int64(seconds * 1e9)),
        interface: 0)
      count += 1
    }

    mutating func sendHello(fromClient: Bool, at seconds: Double) {
      let body: [UInt8] =
        [0xFE, 0xFD] + (1...32).map { UInt8($0) } + (fromClient ? [0, 0, 0, 2, 0xC0, 0x2B, 1, 0] : [0, 0xC0, 0x2B, 0])
      let message: [UInt8] =
        [fromClient ? 1 : 2, 0, 0, UInt8(body.count), 0, 0, 0, 0, 0, 0, 0, UInt8(body.count)] + body
      send(
        fromClient: fromClient, at: seconds,
        [22, 0xFE, 0xFD] + [UInt8](repeating: 0, count: 9) + [UInt8(message.count)] + message)
    }

    mutating func sendData(fromClient: Bool, at seconds: Double) {
      let sequence = [UInt8](bigEndian: UInt64(count), count: 6)
      send(
        fromClient: fromClient, at: seconds,
        [23, 0xFE, 0xFD, 0, 1] + sequence + [0, 32] + [UInt8](repeating: 7, count: 32))
    }
  }

  private func evidence(_ capture: [UInt8]) throws -> (first: Report, again: Report, count: Int) {
    let scratch = Scratch()
    let path = scratch.file("capture.pcapng", capture)
    let bundle = try Samples.bundle([path])
    let first = Samples.report(path)
    let again = Samples.report(onEvidenceOf: bundle, in: scratch)
    return (first, again, again.captures.first?.packets ?? 0)
  }

  @Test("what is left out of a lively association does not look like a silence")
  func noFalseSilence() throws {
    var association = Association()
    association.sendHello(fromClient: true, at: 100)
    association.sendHello(fromClient: false, at: 100.1)
    association.sendData(fromClient: false, at: 100.2)
    // The client speaks until the beginning is over, and has the last word but one.
    for step in 0..<30 { association.sendData(fromClient: true, at: 100.3 + 0.1 * Double(step)) }
    for step in 0..<600 {
      association.sendData(fromClient: false, at: 104 + 0.1 * Double(step))
      association.sendData(fromClient: true, at: 104.05 + 0.1 * Double(step))
    }
    association.sendData(fromClient: false, at: 170)
    let (first, again, count) = try evidence(association.writer.takeBytes())
    #expect(first.tunnels.map { $0.channel(.dtls)?.outcome } == [.established])
    #expect(again.tunnels.map { $0.channel(.dtls)?.outcome } == [.established])
    #expect(!first.timeline.contains { $0.kind == .silence })
    #expect(!again.timeline.contains { $0.kind == .silence })
    // The beginning, a word of each side behind it, and the last of each.
    #expect(count == 16 + 2 + 2)
  }

  @Test("a silence is there from its first packet to its last")
  func silence() throws {
    var association = Association()
    association.sendHello(fromClient: true, at: 100)
    association.sendHello(fromClient: false, at: 100.1)
    for step in 0..<300 {
      association.sendData(fromClient: true, at: 101 + 0.1 * Double(step))
      association.sendData(fromClient: false, at: 101.05 + 0.1 * Double(step))
    }
    for step in 0..<90 { association.sendData(fromClient: true, at: 131.1 + 0.5 * Double(step)) }
    let (first, again, count) = try evidence(association.writer.takeBytes())
    let told = first.timeline.filter { $0.kind == .silence }
    #expect(told.map(\.count) == [90])
    #expect(
      again.timeline.filter { $0.kind == .silence }.map { [$0.count, Int($0.time.nanoseconds)] }
        == told.map { [$0.count, Int($0.time.nanoseconds)] })
    #expect(count < 90 + 60)
  }

  @Test("a capture of other traffic leaves nothing but its ends")
  func otherTraffic() throws {
    var association = Association()
    for step in 0..<50 {
      association.send(fromClient: step % 2 == 0, at: 100 + Double(step), Array("hello there".utf8))
    }
    let (first, again, count) = try evidence(association.writer.takeBytes())
    #expect(first.tunnels.isEmpty && again.tunnels.isEmpty)
    #expect(count == 2)
  }
}
