import Capture
import Observations
import Testing

@testable import LiveCapture

@Suite("The window that live packets are copied into")
struct PacketWindowTests {
  private static func add(
    _ bytes: [UInt8], _ window: inout PacketWindow, _ batch: inout PacketBatch
  ) {
    unsafe window.append(
      bytes.span.bytes, originalLength: bytes.count, time: Timestamp(nanoseconds: 7), to: &batch)
  }

  @Test("keeps packets side by side, as they were when they came")
  func copies() {
    var window = PacketWindow(capacity: 64)
    var batch = PacketBatch(capacity: 4)
    window.begin(&batch, firstFrame: 5)
    var first: [UInt8] = [1, 2, 3]
    Self.add(first, &window, &batch)
    first = [9, 9, 9]
    Self.add([4, 5], &window, &batch)
    #expect(batch.count == 2)
    #expect(batch.firstFrame == 5)
    let bytes = window.bytes
    var seen: [UInt8] = []
    for index in 0..<bytes.byteCount { seen.append(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) }
    #expect(seen == [1, 2, 3, 4, 5])
    #expect(batch[1].offset == 3)
    #expect(batch[1].capturedLength == 2)
  }

  @Test("has no room beyond its size, nor beyond the batch's")
  func isBounded() {
    var window = PacketWindow(capacity: 10)
    var batch = PacketBatch(capacity: 2)
    window.begin(&batch, firstFrame: 1)
    Self.add([UInt8](repeating: 1, count: 6), &window, &batch)
    let (five, four) = (window.hasRoom(for: 5, in: batch), window.hasRoom(for: 4, in: batch))
    #expect(!five && four)
    Self.add([1], &window, &batch)
    let third = window.hasRoom(for: 1, in: batch)
    #expect(!third)
    window.begin(&batch, firstFrame: 3)
    let afterwards = window.hasRoom(for: 10, in: batch)
    #expect(afterwards)
  }

  @Test("cuts a packet larger than itself, and counts that")
  func cutsGiants() {
    var window = PacketWindow(capacity: 8)
    var batch = PacketBatch()
    window.begin(&batch, firstFrame: 1)
    let hasRoom = window.hasRoom(for: 100, in: batch)
    #expect(hasRoom)
    Self.add([UInt8](repeating: 3, count: 100), &window, &batch)
    #expect(batch[0].capturedLength == 8)
    #expect(batch[0].originalLength == 100)
    let cut = window.cutPackets
    #expect(cut == 1)
  }
}

@Suite("Counting drops")
struct LiveDropsTests {
  @Test("goes on when libpcap's counter wraps")
  func wraps() {
    var drops = LiveDrops()
    drops.update(kernel: 0x7000_0000, interface: 0)
    drops.update(kernel: 0xE000_0000, interface: 0)
    drops.update(kernel: 5, interface: 0)
    #expect(drops.kernel == 0x1_0000_0005)
  }

  @Test("does not believe a counter that goes backwards")
  func backwards() {
    var drops = LiveDrops()
    drops.update(kernel: 3, interface: 100)
    drops.update(kernel: 3, interface: 90)
    drops.update(kernel: 3, interface: 95)
    #expect(drops.interface == 105)
    #expect(drops.total == 108)
  }
}

@Suite("The standard capture filter")
struct CaptureFilterTests {
  @Test("names VLAN tags where frames can carry them only")
  func vlan() {
    #expect(CaptureFilter.standard(for: .ethernet).contains("vlan"))
    #expect(!CaptureFilter.standard(for: .linuxCooked).contains("vlan"))
    #expect(!CaptureFilter.standard(for: .rawIP).contains("ether"))
  }
}

@Suite("Errors of live capture")
struct LiveErrorTests {
  @Test("a missing permission names the capability and the command that grants it")
  func permission() {
    let error = LiveError.noPermission(interface: "eth0", program: "/usr/local/bin/tunnelscope")
    #expect(error.description.contains("CAP_NET_RAW"))
    #expect(error.description.contains("sudo setcap cap_net_raw+ep /usr/local/bin/tunnelscope"))
    #expect(!error.description.contains("\n"))
    #expect(error.exitStatus == 77)
  }

  @Test("a path that a shell would take apart is quoted")
  func quoting() {
    let error = LiveError.noPermission(interface: "eth0", program: "/opt/my tools/it's")
    #expect(error.description.contains("'/opt/my tools/it'\\''s'"))
  }

  @Test("an interface that is not there is no such input")
  func missing() { #expect(LiveError.noSuchInterface(name: "x").exitStatus == 66) }
}
