/// Packets that were lost before the program could see them, added up over the run.
public struct LiveDrops: Sendable, Hashable {
  /// Because the kernel's buffer was full.
  public private(set) var kernel: UInt64 = 0
  /// By the interface or its driver.
  public private(set) var interface: UInt64 = 0
  private var last: (kernel: UInt32, interface: UInt32) = (0, 0)

  public init() {}

  public var total: UInt64 { kernel &+ interface }

  /// Takes libpcap's counters, which count from the opening and wrap at 32 bits.
  ///
  /// Some drivers let their counter go backwards; half the range or more is no number of drops between two looks.
  mutating func update(kernel: UInt32, interface: UInt32) {
    self.kernel &+= Self.step(kernel &- last.kernel)
    self.interface &+= Self.step(interface &- last.interface)
    last = (kernel, interface)
  }

  private static func step(_ difference: UInt32) -> UInt64 { difference < 1 << 31 ? UInt64(difference) : 0 }

  public static func == (a: LiveDrops, b: LiveDrops) -> Bool { a.kernel == b.kernel && a.interface == b.interface }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kernel)
    hasher.combine(interface)
  }
}
