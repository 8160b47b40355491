import CLinux
import CPcap
import Capture
import Observations
import SystemPackage

/// An interface that packets are captured on, through libpcap.
///
///     var source = try LiveSource.open("eth0", LiveOptions())
///     var batch = PacketBatch()
///     while try source.readBatch(&batch, { record, window, frame in … }) {}
///
/// Nothing here waits: wait for `descriptor` to be readable, and then read until there is nothing more.
@safe
public struct LiveSource: ~Copyable {
  public let interface: String
  public let linkTypeNumber: UInt16
  /// Bytes kept of each packet at most.
  public let snapLength: Int
  /// The filter in force.
  public let filter: String
  /// Whether times count nanoseconds; microseconds otherwise.
  public let isNanosecond: Bool
  /// To wait on: readable when packets are there.
  public let descriptor: Int32
  private let handle: OpaquePointer
  /// The interface's number, which another one of the same name does not get again.
  private var index: UInt32
  private let hardware: Int32
  private let isPromiscuous: Bool
  /// An error behind the packets of the last batch.
  private var failed: LiveError?
  /// Packets delivered so far.
  private var packets = 0
  private var lost = LiveDrops()

  public var linkType: LinkType { LinkType(number: linkTypeNumber) }

  deinit { unsafe pcap_close(handle) }

  /// Opens an interface; needs the right to capture. `any` stands for all interfaces.
  public static func open(_ interface: String, _ options: LiveOptions) throws(LiveError) -> LiveSource {
    guard !interface.isEmpty, !interface.utf8.contains(0) else { throw .noSuchInterface(name: interface) }
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = unsafe pcap_create(interface, &message) else {
      throw .system(interface: interface, reason: text(message))
    }
    do throws(LiveError) {
      try unsafe configure(handle, options, interface)
      try unsafe activate(handle, interface)
      let linkType = unsafe UInt16(clamping: pcap_datalink(handle))
      let filter = try unsafe install(options.filter, handle, LinkType(number: linkType), interface)
      guard unsafe pcap_setnonblock(handle, 1, &message) == 0 else {
        throw .system(interface: interface, reason: text(message))
      }
      return unsafe LiveSource(
        handle: handle, interface: interface, linkType: linkType, filter: filter, isPromiscuous: options.isPromiscuous)
    } catch {
      unsafe pcap_close(handle)
      throw error
    }
  }

  private init(
    handle: OpaquePointer, interface: String, linkType: UInt16, filter: String, isPromiscuous: Bool
  ) {
    unsafe self.handle = handle
    self.interface = interface
    self.isPromiscuous = isPromiscuous
    index = unsafe if_nametoindex(interface)
    hardware = unsafe linux_interface_hardware(interface)
    linkTypeNumber = linkType
    snapLength = unsafe Int(pcap_snapshot(handle))
    self.filter = filter
    isNanosecond = unsafe pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO
    descriptor = unsafe pcap_get_selectable_fd(handle)
  }
}

// MARK: - Opening

extension LiveSource {
  /// Milliseconds until the kernel hands over a block of packets that is not full.
  public static let blockMilliseconds: Int32 = 100

  private static func configure(
    _ handle: OpaquePointer, _ options: LiveOptions, _ interface: String
  ) throws(LiveError) {
    let snapLength = Int32(clamping: max(1, options.snapLength))
    let buffer = Int32(clamping: max(1, options.bufferBytes))
    let results = unsafe [
      pcap_set_snaplen(handle, snapLength), pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0),
      pcap_set_buffer_size(handle, buffer), pcap_set_timeout(handle, blockMilliseconds),
      pcap_set_immediate_mode(handle, options.isImmediate ? 1 : 0),
    ]
    if results.contains(where: { $0 != 0 }) { throw unsafe .system(interface: interface, reason: reason(handle)) }
    // Where it is not to be had, times stay in microseconds.
    _ = unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
  }

  private static func activate(_ handle: OpaquePointer, _ interface: String) throws(LiveError) {
    let status = unsafe pcap_activate(handle)
    switch status {
    case 0...: return  // a warning, if any, is about promiscuous mode and the like
    case PCAP_ERROR_NO_SUCH_DEVICE: throw .noSuchInterface(name: interface)
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      // Without the right to capture the kernel does not get as far as looking for the interface.
      guard InterfaceState.exists(interface) else { throw .noSuchInterface(name: interface) }
      throw .noPermission(interface: interface, program: Program.path)
    case PCAP_ERROR_IFACE_NOT_UP: throw .system(interface: interface, reason: "the interface is down")
    default: throw unsafe .system(interface: interface, reason: reason(handle))
    }
  }

  private static func install(
    _ filter: String?, _ handle: OpaquePointer, _ linkType: LinkType, _ interface: String
  ) throws(LiveError) -> String {
    let text = filter ?? CaptureFilter.standard(for: linkType)
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(handle, &program, text, 1, bpf_u_int32.max) == 0 else {
      throw unsafe .badFilter(filter: text, reason: reason(handle))
    }
    defer { unsafe pcap_freecode(&program) }
    guard unsafe pcap_setfilter(handle, &program) == 0 else {
      throw unsafe .system(interface: interface, reason: reason(handle))
    }
    return text
  }

  private static func reason(_ handle: OpaquePointer) -> String {
    unsafe pcap_geterr(handle).map { unsafe String(cString: $0) } ?? "unknown error"
  }

  static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// MARK: - An interface that goes and comes back

extension LiveSource {
  /// The state of the interface that packets come from. One of the same name that took its place is another one:
  /// `isReplaced` tells, and `rebind` goes over to it.
  public var state: InterfaceState { isReplaced ? .gone : InterfaceState.of(interface) }

  /// Whether the interface is gone and another one of the same name is there.
  public var isReplaced: Bool {
    guard interface != "any" else { return false }
    let now = unsafe if_nametoindex(interface)
    return now != 0 && now != index
  }

  /// Goes over to the interface that has the name now. The socket is open still, so that this takes no right.
  public mutating func rebind() throws(LiveError) {
    let new = unsafe if_nametoindex(interface)
    guard new != 0 else { throw .interfaceGone(name: interface) }
    guard unsafe linux_interface_hardware(interface) == hardware else {
      throw .system(interface: interface, reason: "the interface came back as one of another kind")
    }
    let socket = unsafe pcap_fileno(handle)
    let refusal = linux_bind_packet_socket(socket, new)
    guard refusal == 0 else { throw .system(interface: interface, reason: Errno(rawValue: refusal).description) }
    if isPromiscuous { _ = linux_make_promiscuous(socket, new) }
    index = new
  }
}

// MARK: - Reading

extension LiveSource {
  /// Whom packets are lent to while libpcap calls back.
  private struct Lending {
    let read: (PacketRecord, RawSpan, Int) -> Void
    var batch: PacketBatch
    let nanosecondsPerUnit: Int64
  }

  /// Reads the packets that are there, as many as `batch` has room for, without waiting; whether there were any.
  ///
  /// Packets are not copied: they stand in memory that the kernel writes to, and has back behind the last of a block.
  /// - Parameters:
  ///   - batch: Afterwards the records of the packets; their bytes are gone.
  ///   - read: Is lent each packet in turn, for the time of the call: its record, a window that is just that packet,
  ///     and its frame number.
  public mutating func readBatch(
    _ batch: inout PacketBatch, _ read: (PacketRecord, RawSpan, Int) -> Void
  ) throws(LiveError) -> Bool {
    batch.reset(firstFrame: packets + 1)
    if let error = failed.take() { throw error }
    let status = withoutActuallyEscaping(read) { read in
      var lending = Lending(read: read, batch: PacketBatch(capacity: 1), nanosecondsPerUnit: isNanosecond ? 1 : 1000)
      swap(&lending.batch, &batch)
      defer { swap(&lending.batch, &batch) }
      let room = Int32(clamping: lending.batch.capacity)
      return unsafe withUnsafeMutablePointer(to: &lending) { lending in
        let context = unsafe UnsafeMutableRawPointer(lending).assumingMemoryBound(to: UInt8.self)
        return unsafe pcap_dispatch(handle, room, Self.lend, context)
      }
    }
    packets += batch.count
    if status < 0 {
      // What came before it comes first.
      guard batch.count > 0 else { throw failure() }
      failed = failure()
    }
    return batch.count > 0
  }

  private static let lend: pcap_handler = { context, header, bytes in
    guard let context = unsafe context, let header = unsafe header?.pointee, let bytes = unsafe bytes else { return }
    let length = Int(header.caplen)
    // The next packet follows: what the kernel says of it, then its headers. They are in no cache of this processor's,
    // and to wait for them took a quarter of all the time that a packet takes.
    unsafe linux_prefetch(bytes, UInt(length), aheadBytes)
    let lending = unsafe UnsafeMutableRawPointer(context).assumingMemoryBound(to: Lending.self)
    let fraction = unsafe Int64(header.ts.tv_usec) &* lending.pointee.nanosecondsPerUnit
    let record = PacketRecord(
      offset: 0, capturedLength: length, originalLength: Int(header.len),
      time: Timestamp(nanoseconds: Int64(header.ts.tv_sec) &* 1_000_000_000 &+ fraction), interface: 0)
    let window = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(bytes), byteCount: length)
    let frame = unsafe lending.pointee.batch.firstFrame &+ lending.pointee.batch.count
    // There is room: libpcap was told how much.
    if unsafe lending.pointee.batch.append(record) { unsafe lending.pointee.read(record, window, frame) }
  }

  /// About 80 bytes from the kernel (`tpacket3_hdr`), and the headers of a packet.
  private static let aheadBytes: UInt = 256

  private func failure() -> LiveError {
    guard InterfaceState.exists(interface) else { return .interfaceGone(name: interface) }
    return .system(interface: interface, reason: unsafe Self.reason(handle))
  }

  /// What was lost so far; asks the kernel.
  public mutating func drops() -> LiveDrops {
    var counters = pcap_stat()
    if unsafe pcap_stats(handle, &counters) == 0 {
      lost.update(kernel: counters.ps_drop, interface: counters.ps_ifdrop)
    }
    return lost
  }
}
