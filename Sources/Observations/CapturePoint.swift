/// The number of a capture point: that of its first capture, or for each further point whose packets the same captures
/// hold, one that tells which point holds it.
public enum CapturePoint {
  /// Points whose packets one capture may hold.
  public static let mostPlaces = 4
  /// More captures than this are never read together.
  private static let stride = 1 << 24

  /// - Parameters:
  ///   - holder: The point of the captures.
  ///   - place: Which of the points in them, from 0: that one is the holder itself.
  public static func number(heldBy holder: Int, place: Int) -> Int { holder + place * stride }

  /// The first number that no point of captures has.
  public static var firstFree: Int { number(heldBy: 0, place: mostPlaces) }

  /// The point whose captures hold a point's packets: the point itself unless it is a further one.
  public static func holder(of point: Int) -> Int { point % stride }

  /// Which of the points in its captures a point is, from 0.
  public static func place(of point: Int) -> Int { point / stride }
}
