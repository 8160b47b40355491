/// A value that its copies share until one of them is changed: for what most copies do not have, and is large.
struct Shared<Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
  }

  private var box: Box

  init(_ value: Value) { box = Box(value) }

  var value: Value {
    _read { yield box.value }
    _modify {
      var changed = box.value
      defer { box = Box(changed) }
      yield &changed
    }
  }
}
