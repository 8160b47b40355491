import Dissection
import Observations

/// The dissectors of TLS and DTLS: an input is the payload of a connection's segments, of a datagram, or a hello alone.
enum HandshakeTargets {
  static let all = [
    FuzzTarget("tls", "TLS records, handshake messages and alerts", walking: tls),
    FuzzTarget("dtls", "DTLS records with and without connection IDs, handshake fragments", walking: dtls),
    FuzzTarget("hello", "ClientHello, ServerHello, HelloVerifyRequest and their extensions", walking: hellos),
  ]

  private static func tls(_ bytes: RawSpan) -> Int {
    var sum = 0
    var records = TLSRecords(bytes)
    while let record = records.next() {
      promise(record.fragment.byteCount <= record.length, "a fragment is no longer than its record says")
      sum &+= Int(record.version) &+ record.bytesMissing &+ record.contentType.hashValue
      sum &+= TLSAlert(record.fragment).hashValue
      var messages = TLSHandshakeMessages(record.fragment)
      while let message = messages.next() {
        promise(message.body.byteCount <= message.length, "a body is no longer than its message says")
        sum &+= message.type.name.count &+ hello(message.body)
      }
    }
    promise(
      records.consumed + records.remaining.byteCount == bytes.byteCount, "every byte is in a record or behind them")
    return sum
  }

  private static func dtls(_ bytes: RawSpan) -> Int {
    var sum = 0
    for connectionIDLength in [nil, 0, 5, 255] {
      for allowsUnified in [false, true] {
        for original in [0, bytes.byteCount + 1_400] {
          sum &+= datagram(
            DTLSRecords(
              bytes, originalPayloadLength: original, connectionIDLength: connectionIDLength,
              allowsUnifiedHeader: allowsUnified), of: bytes)
        }
      }
    }
    return sum
  }

  private static func datagram(_ walk: consuming DTLSRecords, of bytes: RawSpan) -> Int {
    var sum = 0
    var records = walk
    while let record = records.next() {
      promise(record.fragment.byteCount <= record.length, "a fragment is no longer than its record says")
      sum &+= Int(record.version) &+ Int(record.epoch) &+ Int(truncatingIfNeeded: record.sequenceNumber)
      sum &+= (record.isEncrypted ? 1 : 0) &+ (record.isComplete ? 1 : 0) &+ TLSAlert(record.fragment).hashValue
      var fragments = DTLSHandshakeFragments(record.fragment)
      while let fragment = fragments.next() {
        promise(fragment.body.byteCount <= max(fragment.length, fragment.fragmentLength), "a body fits its fragment")
        sum &+= fragment.fragmentOffset &+ Int(fragment.messageSequence) &+ (fragment.isFragmented ? 1 : 0)
        sum &+= hello(fragment.body)
      }
    }
    promise(
      records.consumed + records.remaining.byteCount == bytes.byteCount, "every byte is in a record or behind them")
    return sum
  }

  /// An input without the record and message headers that the fuzzer would have to guess.
  private static func hellos(_ bytes: RawSpan) -> Int { hello(bytes) }

  private static func hello(_ body: RawSpan) -> Int {
    var sum = 0
    for transport in [HelloTransport.stream, .datagram] {
      guard let hello = ClientHello(body, transport: transport) else { continue }
      promise(hello.sessionID.byteCount <= 255 && hello.cookie.byteCount <= 255, "one length byte bounds a vector")
      promise(hello.serverName?.utf8.count ?? 0 <= 3 * 255, "a server name is bounded")
      sum &+= hello.applicationProtocols.count &+ hello.supportedVersions.count &+ hello.cipherSuites.array.count
      sum &+= hello.random.byteCount &+ (hello.offersSRTP ? 1 : 0) &+ (hello.hasPreSharedKey ? 1 : 0)
      sum &+= walk(hello.extensions)
    }
    if let hello = ServerHello(body) {
      sum &+= Int(hello.selectedVersion) &+ Int(hello.cipherSuite ?? 0) &+ (hello.isHelloRetryRequest ? 1 : 0)
      sum &+= walk(hello.extensions)
    }
    if let request = HelloVerifyRequest(body) { sum &+= request.cookie.byteCount &+ Int(request.version) }
    return sum
  }

  private static func walk(_ extensions: consuming TLSExtensions) -> Int {
    var sum = 0
    var rest = extensions
    while let each = rest.next() {
      promise(each.data.byteCount <= each.length, "data is no longer than its extension says")
      sum &+= Int(each.type) &+ each.data.byteCount
    }
    return sum
  }
}
