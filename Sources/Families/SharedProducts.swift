import Observations

/// Products that more than one family knows: an appliance that serves them all.
extension Product {
  public static let fortiGate = Product("FortiGate")
  public static let checkPoint = Product("Check Point")
  public static let sonicWall = Product("SonicWall")
}
