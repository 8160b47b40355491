import CLinux
import CPcap
import Capture
import Glibc
import Observations

/// An interface that packets are captured on, through libpcap.
///
///     var source = try LiveSource.open("eth0", LiveOptions())
///     var batch = PacketBatch()
///     while try source.readBatch(&batch) { tracker.read(batch, 0..<batch.count, window: source.window, …) }
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
  private var packets = PacketWindow()
  /// A packet for which the last batch had no room.
  private var waiting: Waiting?
  /// An error behind the packets of the last batch.
  private var failed: LiveError?
  /// Packets delivered so far, and what they hold.
  public private(set) var statistics = CaptureStatistics()
  private var lost = LiveDrops()

  @safe
  private struct Waiting {
    let header: UnsafeMutablePointer<pcap_pkthdr>
    let bytes: UnsafePointer<UInt8>
  }

  public var linkType: LinkType { LinkType(number: linkTypeNumber) }

  /// The bytes of the packets of the last batch.
  public var window: RawSpan {
    @_lifetime(borrow self)
    get { packets.bytes }
  }

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
    guard linux_bind_packet_socket(socket, new) == 0 else {
      throw .system(interface: interface, reason: unsafe String(cString: strerror(errno)))
    }
    if isPromiscuous { _ = linux_make_promiscuous(socket, new) }
    index = new
  }
}

// MARK: - Reading

extension LiveSource {
  /// Fills `batch` with the packets that are there and returns true; returns false, without waiting, when none is.
  public mutating func readBatch(_ batch: inout PacketBatch) throws(LiveError) -> Bool {
    packets.begin(&batch, firstFrame: statistics.packets + 1)
    if let error = failed.take() { throw error }
    let nanosecondsPerUnit: Int64 = isNanosecond ? 1 : 1000
    var next = waiting
    waiting = nil
    while true {
      if next == nil {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        let status = unsafe pcap_next_ex(handle, &header, &bytes)
        guard status >= 0 else {
          // What came before it comes first.
          guard batch.count > 0 else { throw failure() }
          failed = failure()
          break
        }
        guard status > 0, let header = unsafe header, let bytes = unsafe bytes else { break }
        unsafe next = Waiting(header: header, bytes: bytes)
      }
      guard let packet = next else { break }
      let length = unsafe Int(packet.header.pointee.caplen)
      guard packets.hasRoom(for: length, in: batch) else {
        // libpcap lends it until the next call, which the next batch makes after it has copied this one.
        waiting = packet
        break
      }
      let seconds = unsafe Int64(packet.header.pointee.ts.tv_sec)
      let fraction = unsafe Int64(packet.header.pointee.ts.tv_usec)
      let time = Timestamp(nanoseconds: seconds &* 1_000_000_000 &+ fraction &* nanosecondsPerUnit)
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(packet.bytes), byteCount: length)
      let original = unsafe Int(packet.header.pointee.len)
      packets.append(span, originalLength: original, time: time, to: &batch)
      next = nil
      if batch.count == batch.capacity { break }
    }
    statistics.add(batch)
    return batch.count > 0
  }

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
