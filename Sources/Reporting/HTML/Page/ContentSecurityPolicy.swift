import Cryptography

/// What the page may load: its own style, known by its hash, and nothing else from anywhere.
enum ContentSecurityPolicy {
  /// The policy for a page whose only style element holds exactly `style` (CSP Level 3, section 2.3.1).
  static func policy(style: String) -> String {
    let hash = SHA256.digest(style.utf8).base64
    return "default-src 'none'; style-src 'sha256-\(hash)'; img-src data:; base-uri 'none'; form-action 'none'"
  }
}
