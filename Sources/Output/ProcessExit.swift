/// The end of the program.
package enum ProcessExit {
  /// Ends the process at once, whatever is still in memory.
  ///
  /// - Parameter status: 0 to 255, as `exit(3)` takes it.
  package static func end(_ status: Int32) -> Never { SystemCalls.exit(status) }
}
