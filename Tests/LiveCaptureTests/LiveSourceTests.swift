import Testing

@testable import LiveCapture

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
