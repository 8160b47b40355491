// What of Nettle differs from version to version: since 4.0 a digest is always written whole.
#ifndef TUNNELSCOPE_CNETTLE_H
#define TUNNELSCOPE_CNETTLE_H

#include <nettle/aes.h>
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <nettle/version.h>

static inline void nettle_sha256_finish(struct sha256_ctx *context, uint8_t *digest) {
#if NETTLE_VERSION_MAJOR >= 4
  sha256_digest(context, digest);
#else
  sha256_digest(context, SHA256_DIGEST_SIZE, digest);
#endif
}

static inline void nettle_hmac_sha256_finish(struct hmac_sha256_ctx *context, uint8_t *digest) {
#if NETTLE_VERSION_MAJOR >= 4
  hmac_sha256_digest(context, digest);
#else
  hmac_sha256_digest(context, SHA256_DIGEST_SIZE, digest);
#endif
}

#endif
