import CPcap

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension PacketFilter {
  /// Refuses an expression that works on no frames a tunnel travels in, before anything is read.
  ///
  /// Some expressions work on some kinds of frames only ("ifindex 2"), so one that accepts it is enough; the error
  /// is what libpcap says of Ethernet.
  public static func check(_ expression: String) throws(PacketFilterError) {
    var filter = PacketFilter(expression)
    var refusal: PacketFilterError?
    // Ethernet, raw IP, Linux cooked v1 and v2, PPP, BSD loopback.
    for number: UInt16 in [1, 101, 113, 276, 9, 0] {
      do throws(PacketFilterError) {
        _ = try filter.program(for: Framing(linkTypeNumber: number))
        return
      } catch {
        refusal = refusal ?? error
      }
    }
    if let refusal { throw refusal }
  }

  /// Compiles for frames as a capture file holds them.
  ///
  /// libpcap is shown the header of such a file instead of a bare link type (pcap_open_dead), because only then it
  /// knows the numbers of the LINKTYPE_ registry, the byte order of BSD loopback headers and every system's number
  /// for IPv6 in them.
  static func compile(_ expression: String, for framing: Framing) throws(PacketFilterError) -> CompiledProgram {
    // C would take what stands before the NUL for the whole.
    guard !expression.utf8.contains(0) else { throw PacketFilterError(message: "the expression contains a NUL") }
    var header = fileHeader(framing)
    // The open file reads from these bytes, so it lives inside the closure.
    return try unsafe header.withUnsafeMutableBufferPointer { bytes throws(PacketFilterError) in
      let handle = try unsafe open(bytes)
      defer { unsafe pcap_close(handle) }
      var program = unsafe bpf_program()
      // No expression that depends on a netmask ("ip broadcast") can be judged from a file.
      let status = unsafe pcap_compile(handle, &program, expression, 1, 0xFFFF_FFFF)
      guard status == 0 else { throw PacketFilterError(message: unsafe String(cString: pcap_geterr(handle))) }
      return unsafe CompiledProgram(program)
    }
  }

  /// Opens a capture file that stands in memory.
  private static func open(_ bytes: UnsafeMutableBufferPointer<UInt8>) throws(PacketFilterError) -> OpaquePointer {
    guard let file = unsafe fmemopen(bytes.baseAddress, bytes.count, "r") else {
      throw PacketFilterError(message: "no memory for the filter")
    }
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = unsafe pcap_fopen_offline(file, &message) else {
      unsafe fclose(file)
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw PacketFilterError(message: String(decoding: text, as: UTF8.self))
    }
    return unsafe handle
  }

  /// The header of a classic capture file (draft-ietf-opsawg-pcap section 4).
  private static func fileHeader(_ framing: Framing) -> [UInt8] {
    // Version 2.4, and a snap length that no program is shortened by: it decides nothing but how much of a packet
    // that passes is kept.
    let words: [UInt32] = [
      0xA1B2_C3D4, framing.isBigEndian ? 0x0002_0004 : 0x0004_0002, 0, 0, 262_144, UInt32(framing.linkTypeNumber),
    ]
    return words.flatMap { word in
      let bytes = [UInt8(word & 255), UInt8(word >> 8 & 255), UInt8(word >> 16 & 255), UInt8(word >> 24)]
      return framing.isBigEndian ? bytes.reversed() : bytes
    }
  }
}
