import Dispatch
import Threads

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread that reads captures, one after the other, while their packets are looked at on another.
///
/// It is made here and not left to Dispatch, which tries for ever where the system makes no further thread.
public final class ReaderThread: Sendable {
  private let jobs = ReaderJobs()

  /// Nil where the system makes no further thread.
  public init?() {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let context = unsafe Unmanaged.passRetained(jobs)
    let failure = unsafe pthread_create(&thread, nil, runReaderJobs, context.toOpaque())
    guard failure == 0 else {
      unsafe context.release()
      return nil
    }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
  }

  deinit { jobs.end() }

  /// Does `job` after those that came before it.
  func run(_ job: @escaping @Sendable () -> Void) { jobs.add(job) }
}

/// What a reader's thread has to do; it ends with the last job once nobody can bring more.
private final class ReaderJobs: Sendable {
  private struct Jobs {
    var waiting: [@Sendable () -> Void] = []
    var isEnded = false
  }

  private let jobs = SharedState(Jobs())
  private let news = DispatchSemaphore(value: 0)

  func add(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { $0.waiting.append(job) }
    news.signal()
  }

  func end() {
    jobs.withLock { $0.isEnded = true }
    news.signal()
  }

  /// On the thread itself.
  func work() {
    while true {
      let (job, isEnded) = jobs.withLock { jobs in
        (jobs.waiting.isEmpty ? nil : jobs.waiting.removeFirst(), jobs.isEnded)
      }
      if let job {
        job()
      } else if isEnded {
        return
      } else {
        news.wait()
      }
    }
  }
}

#if canImport(Glibc)
  private func runReaderJobs(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context = unsafe context { unsafe Unmanaged<ReaderJobs>.fromOpaque(context).takeRetainedValue().work() }
    return nil
  }
#else
  private func runReaderJobs(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged<ReaderJobs>.fromOpaque(context).takeRetainedValue().work()
    return nil
  }
#endif
