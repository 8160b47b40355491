/// A value that its copies share until one of them is changed: for what is large and copied often, or what most copies do
/// not have.
struct Shared<Value: Sendable>: Sendable {
  /// One element: arrays share and copy as is wanted here, and a change in place copies nothing while there is one owner.
  private var box: [Value]

  init(_ value: Value) { box = [value] }

  var value: Value {
    _read { yield box[0] }
    _modify { yield &box[0] }
  }
}
