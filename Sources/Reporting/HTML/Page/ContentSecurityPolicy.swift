import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the page may load: its own style, known by its hash, and nothing else from anywhere.
enum ContentSecurityPolicy {
  /// The policy for a page whose only style element holds exactly `style` (CSP Level 3, section 2.3.1).
  static func policy(style: String) -> String {
    let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
    return "default-src 'none'; style-src 'sha256-\(hash)'; img-src data:; base-uri 'none'; form-action 'none'"
  }
}
