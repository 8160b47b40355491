/// The families that the program knows, a line each, in the order in which they are offered a flow that nobody has claimed.
///
/// The list is a type, so that the packet loop is compiled for these families, without a table of functions.
// swift-format-ignore
public typealias RegisteredFamilies =
  NoFamily
  .And<TLSVPN>
  .And<WireGuard>
  .And<OpenVPN>
  .And<IPsec>
