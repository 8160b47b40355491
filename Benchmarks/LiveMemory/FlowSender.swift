import CPcap
import Glibc

/// Puts the traffic on an interface, each second's share within that second.
@safe
struct FlowSender: ~Copyable {
  private let handle: OpaquePointer

  /// Nil, and a line that says why, when the interface cannot be opened.
  init?(interface: String) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = unsafe pcap_open_live(interface, 64, 0, 1_000, &message) else {
      unsafe perror(interface)
      return nil
    }
    unsafe self.handle = handle
  }

  deinit { unsafe pcap_close(handle) }

  /// Prints how many packets were sent, and how many the system did not take.
  func send(_ traffic: FlowTraffic) {
    let steps = 20
    var (sent, refused) = (0, 0)
    var due = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &due)
    for second in 0..<traffic.seconds {
      let frames = traffic.frames(second: second)
      for step in 0..<steps {
        for frame in frames[frames.count * step / steps..<frames.count * (step + 1) / steps] {
          if unsafe pcap_inject(handle, frame, frame.count) == frame.count { sent += 1 } else { refused += 1 }
        }
        due.tv_nsec += 1_000_000_000 / steps
        if due.tv_nsec >= 1_000_000_000 {
          due.tv_sec += 1
          due.tv_nsec -= 1_000_000_000
        }
        unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nil)
      }
    }
    print("\(sent) packets sent, \(refused) refused")
  }
}
