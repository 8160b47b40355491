import Observations

/// IPsec: IKE version 1 or 2 agrees on keys over UDP (RFC 2408, 2409, 7296), ESP carries the data, as IP protocol 50 or in
/// UDP (RFC 4303, 3948).
public enum IPsec: Family {
  public typealias Tracker = IPsecTracker

  public static var name: FamilyName { .ipsec }
}
