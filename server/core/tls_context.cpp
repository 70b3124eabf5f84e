#include "core/tls_context.h"

#include <csignal>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdexcept>
#include <string_view>

namespace parley {
namespace {

constexpr std::string_view kHttp11("\x08http/1.1", 9);  // RFC 7301: a length byte, then the name

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason ? reason : "unknown reason";
}

[[noreturn]] void fail(const std::string& what, const std::string& file) {
  throw std::runtime_error("TLS: " + what + " " + file + ": " + openssl_reason());
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void*) {
  auto* chosen = const_cast<unsigned char*>(*out);
  const auto* ours = reinterpret_cast<const unsigned char*>(kHttp11.data());
  const int found = SSL_select_next_proto(&chosen, out_size, ours, kHttp11.size(), in, in_size);
  *out = chosen;
  // RFC 7301 section 3.2: no protocol in common ends the handshake.
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

void TlsContext::FreeContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
  if (!context_) throw std::runtime_error("TLS: OpenSSL can't be set up: " + openssl_reason());
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes by write(2), which raises it when the peer has gone
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  // RELEASE_BUFFERS: an idle connection keeps no record buffers (34 KiB otherwise).
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    fail("can't use the certificate", certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("can't use the key", key_file);
  if (SSL_CTX_check_private_key(context) != 1) fail("the key does not belong to the certificate", key_file);
}

TlsContext::~TlsContext() = default;

}  // namespace parley
