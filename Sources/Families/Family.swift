import Observations

/// A kind of tunnel: all that the program knows of it stands in its folder, and it is registered in `RegisteredFamilies`.
public protocol Family {
  /// Follows its channels in packets.
  associatedtype Tracker: ChannelTracker

  static var name: FamilyName { get }
}
