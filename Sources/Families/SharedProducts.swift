import Observations

/// Products that more than one family knows: an appliance that serves them all.
extension Product {
  public static let fortiGate = Product("FortiGate")
}
