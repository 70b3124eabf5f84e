#include "core/tls_client_context.h"

#include <csignal>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdexcept>

namespace parley {
namespace {

[[noreturn]] void fail(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw std::runtime_error("TLS: " + what + ": " + (reason ? reason : "unknown reason"));
}

}  // namespace

void TlsClientContext::FreeContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsClientContext::TlsClientContext(Trust) : context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) fail("OpenSSL can't be set up");
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes by write(2), which raises it when the peer has gone
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
}

TlsClientContext::TlsClientContext(const std::string& authorities) : TlsClientContext(Trust::anybody) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (authorities.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1) fail("can't use the system's authorities");
  } else if (SSL_CTX_load_verify_locations(context, authorities.c_str(), nullptr) != 1) {
    fail("can't use the authorities " + authorities);
  }
}

TlsClientContext::~TlsClientContext() = default;

}  // namespace parley
