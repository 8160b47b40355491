import Logs
import Observations

extension ASAMessage {
  /// 602101: "PMTU-D packet 1418 bytes greater than effective mtu 1347, dest_addr=a, src_addr=b, prot=TCP"
  func pathMTUExceeded(_ text: borrowing LogText) -> Content {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip(past: "packet "), let size = text.number(), text.skip(past: "effective mtu "),
      let mtu = text.number()
    else { return .breaksOff }
    guard text.skip(past: "dest_addr=") else { return .breaksOff }
    let destination = text.address()
    guard text.skip(past: "src_addr=") else { return .breaksOff }
    let source = text.address()
    return .event(
      LogSubject(device: device),
      .pathMTUExceeded(PathMTUExceeded(size: size, mtu: mtu, source: source, destination: destination)))
  }

  /// 710003: "UDP access denied by ACL from a/p to outside:b/p"; 710005: "UDP request discarded from a/p to outside:b/p"
  func requestDiscarded(_ text: borrowing LogText) -> Content {
    var text = LogText(text.bytes, from: text.position)
    let transport = text.transportName
    guard text.skip(past: " from ") else { return .breaksOff }
    guard let source = text.interfaceEndpoint() else { return text.isAtEnd ? .breaksOff : .nothing }
    guard text.skip(past: "to ") else { return .breaksOff }
    guard let destination = text.interfaceEndpoint() else { return text.isAtEnd ? .breaksOff : .nothing }
    var subject = LogSubject(client: source.address, clientPort: source.port, device: device)
    subject.gateway = destination.address
    subject.gatewayPort = destination.port
    return .event(
      subject,
      .packetDropped(
        DroppedPacket(
          isToDevice: true, transport: transport, source: source, destination: destination, byAccessList: id == 710_003)
      ))
  }

  /// 106023: "Deny udp src outside:a/p dst inside:b/p by access-group "name" [0x0, 0x0]"; for ICMP addresses without
  /// ports, and "(type 3, code 4)".
  func accessDenied(_ text: borrowing LogText) -> Content {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip("Deny ") else { return .nothing }
    let transport = text.transportName
    let isICMP = text.starts(with: "icmp")
    guard text.skip(past: " src ") else { return .breaksOff }
    guard let source = isICMP ? text.interfaceAddress() : text.interfaceEndpoint() else { return .nothing }
    guard text.skip(past: " dst ") else { return .breaksOff }
    guard let destination = isICMP ? text.interfaceAddress() : text.interfaceEndpoint() else { return .nothing }
    var icmp: ICMPKind?
    if isICMP, text.skip(past: "(type "), let type = text.number(), text.skip(past: "code "), let code = text.number() {
      icmp = ICMPKind(type: UInt8(clamping: type), code: UInt8(clamping: code))
    }
    return .event(
      LogSubject(device: device),
      .packetDropped(
        DroppedPacket(
          isToDevice: false, transport: transport, source: source, destination: destination, byAccessList: true,
          icmp: icmp)))
  }
}

extension LogText {
  /// The transport that the next word names, in either case.
  fileprivate var transportName: TransportProtocol {
    if starts(with: "tcp ") || starts(with: "TCP ") { return .tcp }
    if starts(with: "udp ") || starts(with: "UDP ") { return .udp }
    return .other
  }

  /// "outside:198.51.100.10", with 0 for the port that there is none of.
  fileprivate mutating func interfaceAddress() -> Endpoint? {
    let word = self.word()
    move(to: word.lowerBound)
    if let address = address(), position == word.upperBound { return Endpoint(address, 0) }
    guard let colon = find(UInt8(ascii: ":"), from: word.lowerBound), colon < word.upperBound else { return nil }
    move(to: colon + 1)
    return address().map { Endpoint($0, 0) }
  }
}
